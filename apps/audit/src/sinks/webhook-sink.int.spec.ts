import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SinksAnswer } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { Webhook } from 'standardwebhooks';
import { tokenIdOf } from '../../test/events.js';
import { startWebhookReceiver } from '../../test/webhook-receiver.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const [NEW, OLD] = [1, 2].map((n) => `whsec_${Buffer.alloc(32, n).toString('base64')}`);

let around: Surroundings;
let folder: string;
let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-webhook-'));
  [around, receiver] = await Promise.all([startSurroundings(), startWebhookReceiver()]);
  await declare();
});
afterEach(async () => {
  await around.stop();
  await receiver.stop();
  await rm(folder, { recursive: true });
});

async function declare(change: object = {}) {
  await writeFile(join(folder, 'new'), NEW);
  await writeFile(join(folder, 'old'), OLD);
  const secrets = [{ file: join(folder, 'new') }, { file: join(folder, 'old') }];
  const sink = { kind: 'webhook', name: 'siem', url: receiver.url, secrets, allowPrivateAddresses: true };
  const path = join(folder, 'sinks.json');
  await writeFile(path, JSON.stringify({ sinks: [{ ...sink, tries: 2, ...change }] }));
  around.environment.AUDIT_SINKS_FILE = path;
}

const indexes = () => receiver.messages.map(({ index }) => index);
const sorted = () => [...new Set(indexes())].toSorted((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const received = (count: number) => eventually(() => expect(sorted()).toEqual(upTo(count)));

const stateOf = async (log: LogReader) => (await log.json<SinksAnswer>('/v1/sinks')).sinks[0];

async function post(log: LogReader, path: string, body?: object, tenant = 'default') {
  const token = around.issuer.admit(['audit:read', 'audit:write'], tenant);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${log.url}/v1/sinks/${path}`, {
    method: 'POST',
    headers: body ? headers : { authorization: headers.authorization },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, json: text ? (JSON.parse(text) as Record<string, unknown>) : undefined };
}

describe('a webhook', () => {
  it('gets every entry, signed with the old secret and the new, in order for each token', async () => {
    around.issuer.commitMany(250);
    const log = LogReader.of(await around.audit(), around);
    await received(250);
    for (const { body, headers, index } of receiver.messages) {
      for (const secret of [NEW, OLD])
        expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
          type: around.issuer.events[index].type,
          data: { index, event: around.issuer.events[index] },
        });
    }
    for (const n of [1, 60, 125])
      expect(
        receiver.messages.filter(({ token }) => token === tokenIdOf(n)).map(({ index }) => index),
      ).toEqual([2 * n - 2, 2 * n - 1]);
    await eventually(async () =>
      expect(await stateOf(log)).toMatchObject({ status: 'running', position: 250, lag: 0, lastError: null }),
    );
    expect(await log.text('/metrics')).toContain('gatehouse_audit_sink_lag_entries{sink="siem"} 0');
  });

  it('that was away gets what it missed, over a restart, and nothing twice that it had', async () => {
    around.issuer.commitMany(20);
    const first = await around.audit();
    await received(20);
    receiver.answers(() => 503);
    around.issuer.relay(around.nats, around.issuer.commitMany(30));
    const log = LogReader.of(first, around);
    await eventually(async () =>
      expect(await stateOf(log)).toMatchObject({
        status: 'failing',
        lag: 30,
        deadLetters: 0,
        lastError: 'the receiver answered 503',
      }),
    );
    await first.stop();
    receiver.answers(() => 204);
    await around.audit();
    await received(50);
    expect(indexes()).toHaveLength(50);
  });

  it('that refuses an entry gets no later one of its token before it, and all others', async () => {
    const [bad, behind] = [6, 7]; // of one token
    receiver.answers(({ index }) => (index === bad ? 422 : 204));
    around.issuer.commitMany(40);
    const log = LogReader.of(await around.audit(), around);
    const others = upTo(40).filter((index) => index !== bad && index !== behind);
    await eventually(() => expect(sorted()).toEqual(others));
    await eventually(async () => expect(await stateOf(log)).toMatchObject({ position: 40, deadLetters: 2 }));
    const letters = await log.json<{ items: object[] }>('/v1/sinks/siem/dead-letters');
    expect(letters.items).toMatchObject([
      { index: bad, reason: 'the receiver answered 422', retrying: false },
      { index: behind, reason: 'waits behind entry 6' },
    ]);
    receiver.answers(() => 204);
    expect(await post(log, 'siem/dead-letters/retry')).toEqual({ status: 202, json: { retrying: 2 } });
    await received(40);
    expect(indexes().slice(-2)).toEqual([bad, behind]);
    await eventually(async () => expect((await stateOf(log)).deadLetters).toBe(0));
  });

  it('that answers 410 is paused, and goes on when told to', async () => {
    receiver.answers(() => 410);
    around.issuer.commitMany(5);
    const log = LogReader.of(await around.audit(), around);
    await eventually(async () => expect((await stateOf(log)).status).toBe('paused'));
    receiver.answers(() => 204);
    expect((await post(log, 'siem/resume')).status).toBe(204);
    await received(5);
    expect((await post(log, 'siem/pause')).status).toBe(204);
    around.issuer.relay(around.nats, around.issuer.commitMany(5));
    await log.covers(10);
    expect(await stateOf(log)).toMatchObject({ status: 'paused', lag: 5 });
    expect(sorted()).toEqual(upTo(5));
  });

  it('gets everything again from where it is told to, after a look at how much that is', async () => {
    around.issuer.commitMany(30);
    const log = LogReader.of(await around.audit(), around);
    await received(30);
    await eventually(async () => expect((await stateOf(log)).position).toBe(30));
    const dry = await post(log, 'siem/replay', { from: 20, dryRun: true });
    expect(dry.json).toEqual({ from: 20, position: 30, entries: 10, dryRun: true });
    expect((await stateOf(log)).position).toBe(30);
    expect((await post(log, 'siem/replay', { from: 20 })).status).toBe(200);
    await eventually(() => expect(indexes()).toHaveLength(40));
    expect(
      indexes()
        .slice(30)
        .toSorted((a, b) => a - b),
    ).toEqual(upTo(30).slice(20));
    const beyond = await post(log, 'siem/replay', { from: 31 });
    expect(beyond).toMatchObject({
      status: 400,
      json: { code: 'body-invalid', detail: expect.stringContaining('from: 31') },
    });
  });

  it('is not followed to where it redirects to, nor into a private network', async () => {
    receiver.answers(() => 302);
    around.issuer.commitMany(1);
    const first = await around.audit();
    const log = LogReader.of(first, around);
    await eventually(async () => expect((await stateOf(log)).lastError).toBe('the receiver answered 302'));
    await first.stop();
    receiver.answers(() => 204);
    const port = new URL(receiver.url).port;
    await declare({ url: `https://localhost:${port}/`, allowPrivateAddresses: false });
    const again = LogReader.of(await around.audit(), around);
    await eventually(async () =>
      expect((await stateOf(again)).lastError).toBe('localhost leads to a private address'),
    );
    expect(indexes()).toEqual([]);
  });

  it('gets only the types and tenants it was declared for', async () => {
    await declare({ types: ['token.revoked.v1'], tenants: ['acme'] });
    around.issuer.commitMany(10);
    around.issuer.commit({ tenant: 'acme' });
    around.issuer.commit({ tenant: 'acme' });
    const log = LogReader.of(await around.audit(), around);
    await eventually(async () => expect((await stateOf(log)).position).toBe(12));
    expect(indexes()).toEqual([11]);
  });

  it('is shown to the operator alone, and what is not declared is not there', async () => {
    const log = LogReader.of(await around.audit(), around);
    await log.covers(0);
    for (const path of ['siem/pause', 'siem/resume', 'siem/dead-letters/retry'])
      expect((await post(log, path, undefined, 'acme')).status).toBe(403);
    expect((await post(log, 'siem/replay', { from: 0 }, 'acme')).status).toBe(403);
    expect((await post(log, 'other/pause')).status).toBe(404);
    const acme = new LogReader(log.url, around.issuer.admit(['audit:read'], 'acme'), around.key.verifierKey);
    expect((await acme.get('/v1/sinks')).status).toBe(404);
    expect((await acme.get('/v1/sinks/siem/dead-letters')).status).toBe(404);
    const reader = await fetch(`${log.url}/v1/sinks/siem/pause`, {
      method: 'POST',
      headers: { authorization: `Bearer ${around.reader}` },
    });
    expect(reader.status).toBe(403);
  });
});
