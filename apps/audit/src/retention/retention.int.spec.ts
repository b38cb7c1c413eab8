import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '@gatehouse/cli';
import type { EntryPage, LegalHold, RetentionForecast, RetentionView } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { Writable } from 'node:stream';
import { tokenIdOf } from '../../test/events.js';
import { rootFromInclusion } from '../../test/rfc-verifier.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const REASON = 'agreed with counsel';
const PERSON = `usr_${'7'.repeat(32)}`;
const recent = () => new Date().toISOString();

let around: Surroundings;
let log: LogReader;
let operator: string;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-retention-'));
  around = await startSurroundings();
  around.environment['AUDIT_MIRROR_DIR'] = join(folder, 'mirror');
  operator = around.issuer.admit(['audit:read', 'audit:personal', 'audit:write']);
  around.issuer.commitMany(300); // of 2023
  around.issuer.commit({ type: 'user.created.v1', subject: PERSON, data: { userId: PERSON, note: 'fox' } });
  around.issuer.commit({ type: 'user.created.v1', subject: 'usr_other', data: { note: 'fox' } });
  around.issuer.commit({ tenant: 'acme', data: { tokenId: 'tok_acme', note: 'fox' } });
  around.issuer.commit({ time: recent(), data: { note: 'fox' } });
  log = LogReader.of(await around.audit(), around);
  await log.covers(304);
});

afterEach(async () => {
  await around.stop();
  await rm(folder, { recursive: true, force: true });
});

async function send(method: string, path: string, body?: object, token = operator): Promise<Response> {
  return fetch(log.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
}

async function sent<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await send(method, path, body);
  expect([response.status, response.ok ? '' : await response.text()]).toEqual([response.status, '']);
  return (await response.json()) as T;
}

const setPolicy = (rules: object[], dryRun = false): Promise<RetentionForecast> =>
  sent('PUT', '/v1/retention', { rules, reason: REASON, dryRun });

const ended = (): Promise<RetentionView> =>
  eventually(async () => {
    const view = await log.json<RetentionView>('/v1/retention');
    expect(view.lastRun?.endedAt).toEqual(expect.any(String));
    return view;
  });

async function run(): Promise<RetentionView> {
  await sent('POST', '/v1/retention/runs');
  return ended();
}

const expiredIndexes = async (): Promise<number[]> =>
  (await log.entries()).filter(({ expired }) => expired).map(({ index }) => index);

const decisions = async () => (await log.entries()).filter(({ source }) => source === 'audit');

async function verdictOn(target: string): Promise<Record<string, unknown>> {
  let text = '';
  const out = new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
  const terminal = { out, err: out, interactive: false, signal: new AbortController().signal };
  const args = ['audit', 'verify', join(folder, target), '--json', '--key', around.key.verifierKey];
  await runGatehouse(args, { env: { GATEHOUSE_TOKEN: 'gh_test' }, terminal });
  return JSON.parse(text) as Record<string, unknown>;
}

describe('retention', () => {
  it('says what would go, and changes nothing in a dry run', async () => {
    const rules = [{ keepDays: 30 }, { tenant: 'acme', keepDays: null }];
    expect(await setPolicy(rules, true)).toEqual({
      dryRun: true,
      rules,
      due: [
        { tenant: 'default', type: 'token.issued.v1', entries: 150, held: 0 },
        { tenant: 'default', type: 'token.revoked.v1', entries: 150, held: 0 },
        { tenant: 'default', type: 'user.created.v1', entries: 2, held: 0 },
      ],
    });
    expect(await log.json('/v1/retention')).toEqual({ rules: [], setAt: null, setBy: null, lastRun: null });
    expect((await send('POST', '/v1/retention/runs')).status).toBe(409);
  });

  it('takes bodies whose time is over, and the log goes on proving every one of them', async () => {
    const before = await log.entries();
    await setPolicy([
      { keepDays: 30 },
      { type: 'token.issued.v1', keepDays: null },
      { tenant: 'acme', keepDays: 36_500 },
    ]);
    const { lastRun } = await run();
    expect(lastRun).toMatchObject({ expired: 152, held: 0 });
    const gone = await expiredIndexes();
    expect(gone).toHaveLength(152);
    expect(gone).toEqual(expect.arrayContaining([1, 299, 300, 301]));
    const { size, root } = await log.covers(307); // what was set, began and ended is logged

    const [entry] = (await log.json<EntryPage>(`/v1/entries?token=${tokenIdOf(1)}&order=newest`)).items;
    expect(entry).toMatchObject({ index: 1, expired: true, leafHash: before[1].leafHash });
    expect(entry.event).not.toHaveProperty('data');
    expect((await log.json<EntryPage>('/v1/entries?text=fox')).items.map(({ index }) => index)).toEqual([
      302, 303,
    ]);
    const { leafHash, proof } = await log.inclusion(1, size);
    expect(leafHash.toString('base64')).toBe(before[1].leafHash);
    expect(rootFromInclusion(1, size, leafHash, proof)).toEqual(root);
    expect(await around.sql('select count(*)::int n from audit.leaves where canonical is null')).toEqual([
      { n: 152 },
    ]);

    await writeFile(join(folder, 'log.ndjson'), await log.text('/v1/export'));
    expect(await verdictOn('log.ndjson')).toMatchObject({ sound: true, size, expired: 152 });
    const mirrored = await eventually(async () => {
      const verdict = await verdictOn('mirror');
      expect(verdict).toMatchObject({ sound: true, size });
      return verdict;
    });
    expect(mirrored).toMatchObject({ expired: 152 });
    expect(await readFile(join(folder, 'mirror/tile/entries/000'), 'utf8')).not.toContain(before[1].eventId);
    expect(await log.text('/v1/stream?after=0&limit=1')).toContain('"expired":true');
    expect((await log.text('/v1/export?format=csv')).split('\r\n')[2]).toMatch(/"","(?:[^"]|"")*"$/);
  });

  it('is in the log, each step with who decided it, and is no tampering that somebody may repeat', async () => {
    await setPolicy([{ type: 'user.created.v1', keepDays: 1 }]);
    await run();
    await log.covers(307);
    const [set, started, end] = await decisions();
    expect([set.type, started.type, end.type]).toEqual([
      'audit.retention-set.v1',
      'audit.retention-started.v1',
      'audit.retention-ended.v1',
    ]);
    expect(end.event['data']).toMatchObject({ run: started.eventId, expired: 2, held: 0 });
    expect(set.actor).toMatch(/^token:tok_/);
    // Whoever takes a body that is not accounted for is found out.
    const text = await log.text('/v1/export');
    const lines = text.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes(`"eventId":"${end.eventId}"`));
    const { index, leafHash } = JSON.parse(lines[at]) as { index: number; leafHash: string };
    lines[at] = `{"expired":true,"index":${index},"kind":"entry","leafHash":"${leafHash}"}`;
    await writeFile(join(folder, 'cut.ndjson'), `${lines.join('\n')}\n`);
    expect(await verdictOn('cut.ndjson')).toMatchObject({ sound: false, entry: index });
  });

  it('goes on where it was cut short', async () => {
    await setPolicy([{ type: 'user.created.v1', keepDays: 1 }]);
    await around.sql(`update audit.leaves set canonical = null where index = 301`); // a batch that was not counted
    const { lastRun } = await run();
    expect([lastRun?.done, lastRun?.through]).toEqual([305, 305]);
    expect(await expiredIndexes()).toEqual([300, 301]);
  });
});

describe('a legal hold', () => {
  it('on a person, a token or a tenant wins over the policy until it is lifted', async () => {
    const holds = await Promise.all(
      [
        { kind: 'person', value: PERSON },
        { kind: 'token', value: tokenIdOf(9) },
        { kind: 'tenant', value: 'acme' },
      ].map((hold) => sent<LegalHold>('POST', '/v1/legal-holds', { ...hold, reason: REASON })),
    );
    const { due } = await setPolicy([{ keepDays: 30 }]);
    expect(due.reduce((sum, { held }) => sum + held, 0)).toBe(4);
    expect((await run()).lastRun).toMatchObject({ expired: 299, held: 4 });
    const kept = (await log.entries()).filter(({ index, expired }) => index < 304 && !expired);
    expect(kept.map(({ index }) => index)).toEqual([16, 17, 300, 302, 303]);

    for (const { id } of holds) {
      const lift = `/v1/legal-holds/${id}/lift`;
      const lifted = await sent<LegalHold>('POST', lift, { reason: 'closed' });
      expect(lifted.lifted).toMatchObject({ reason: 'closed' });
      expect(await sent('POST', lift, { reason: 'again' })).toEqual(lifted);
    }
    expect((await run()).lastRun).toMatchObject({ expired: 4, held: 0 });
    expect(await expiredIndexes()).toHaveLength(303);
    expect((await decisions()).filter(({ type }) => type.includes('legal-hold'))).toHaveLength(6);
    expect(await log.json('/v1/legal-holds')).toMatchObject({ items: [{}, {}, {}] });
  });
});
