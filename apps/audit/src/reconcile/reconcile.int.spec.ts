import { runGatehouse } from '@gatehouse/cli';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { requestBatch } from '../../test/events.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;
beforeEach(async () => {
  around = await startSurroundings();
});
afterEach(() => around.stop());

async function reconcile(log: LogReader, ...options: string[]) {
  let printed = '';
  const out = new Writable({ write: (chunk, _, done) => ((printed += String(chunk)), done()) });
  const exitCode = await runGatehouse(['--audit-url', log.url, 'audit', 'reconcile', ...options], {
    env: { GATEHOUSE_TOKEN: around.issuer.admit(['audit:read', 'audit:write']) },
    terminal: { out, err: out, interactive: false, signal: new AbortController().signal },
  });
  return { exitCode, printed };
}

const asSuperuser = (statement: string) =>
  around.sql(`begin; set local session_replication_role = replica; ${statement}; commit`);

describe('gatehouse audit reconcile', () => {
  it('finds the log complete that holds each event and each batch once', async () => {
    around.issuer.commitMany(1_200); // more than a page
    const log = LogReader.of(await around.audit(), around);
    for (let batch = 1; batch <= 3; batch++) await around.publishRequests(requestBatch(batch));
    await log.covers(1_203);
    const { exitCode, printed } = await reconcile(log, '--json');
    expect(JSON.parse(printed)).toMatchObject({
      events: 1_200,
      logged: 1_200,
      missing: [],
      altered: [],
      unknown: 0,
      counts: { size: 1_203, gateways: [{ gateway: 'gw_a', batches: 3, highestBatch: 3, missing: 0 }] },
    });
    expect(exitCode).toBe(0);
  });

  it('shows what was skipped, logs it when told to, and is content afterwards', async () => {
    around.issuer.commitMany(10);
    const first = await around.audit();
    await LogReader.of(first, around).covers(10);
    await first.stop();
    const skipped = around.issuer.commitMany(5);
    await around.sql('insert into audit.issuer_positions (position) values ($1)', [skipped[4].position]);
    around.issuer.commitMany(2);
    const log = LogReader.of(await around.audit(), around);
    await log.covers(12);
    const looked = await reconcile(log);
    expect(looked.exitCode).toBe(1);
    for (const { id } of skipped) expect(looked.printed).toContain(id);
    expect((await log.checkpoint()).size).toBe(12); // looking changes nothing
    expect(await reconcile(log, '--refill')).toMatchObject({
      exitCode: 0,
      printed: expect.stringContaining('5 events were logged now'),
    });
    await log.covers(17);
    expect((await log.entries()).slice(-5).map(({ eventId }) => eventId)).toEqual(
      skipped.map(({ id }) => id),
    );
    expect((await reconcile(log)).exitCode).toBe(0);
  });

  it('shows an entry that says something else than the event store, and one that it never had', async () => {
    const events = around.issuer.commitMany(8);
    const first = await around.audit();
    await LogReader.of(first, around).covers(8);
    await asSuperuser(`update audit.leaves set leaf_hash = decode(repeat('ab', 32), 'hex') where index = 2;
      insert into audit.leaves select 8, channel, 'forged', type, source, subject, tenant, actor, token, at, leaf_hash,
        canonical from audit.leaves where index = 1`);
    const { exitCode, printed } = await reconcile(LogReader.of(first, around), '--json');
    expect(JSON.parse(printed)).toMatchObject({
      logged: 7,
      altered: [{ eventId: events[2].id }],
      unknown: 1,
    });
    expect(exitCode).toBe(1);
  });

  it('says which batches of request records never came', async () => {
    const log = LogReader.of(await around.audit(), around);
    for (const batch of [1, 2, 5, 6, 9]) await around.publishRequests(requestBatch(batch));
    await log.covers(5);
    const { exitCode, printed } = await reconcile(log);
    expect(printed).toMatch(/gw_a\s+9\s+5\s+4/);
    expect(printed).toContain('batches 3 to 4 of gw_a');
    expect(printed).toContain('batches 7 to 8 of gw_a');
    expect(exitCode).toBe(1);
  });

  it('is the operator’s alone, and filling gaps needs audit:write', async () => {
    const log = LogReader.of(await around.audit(), around);
    const post = (token: string) =>
      fetch(`${log.url}/v1/reconcile`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ after: '0.0', through: '9.9', refill: true }),
      });
    expect((await post(around.issuer.admit(['audit:read']))).status).toBe(403);
    expect((await post(around.issuer.admit(['audit:write'], 'acme'))).status).toBe(403);
    const tenant = new LogReader(
      log.url,
      around.issuer.admit(['audit:read'], 'acme'),
      around.key.verifierKey,
    );
    expect((await tenant.get('/v1/counts')).status).toBe(404);
  });
});
