import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamAnswer } from '@gatehouse/contracts';
import { LogReader, startSurroundings } from '../../../test/start-audit.js';
import type { Surroundings } from '../../../test/start-audit.js';

let around: Surroundings;
let log: LogReader;
beforeEach(async () => {
  around = await startSurroundings();
  log = LogReader.of(await around.audit(), around);
  await log.covers(0);
});
afterEach(() => around.stop());

const pull = (reader: LogReader, after: number | null, query = '') =>
  reader.json<StreamAnswer>(`/v1/stream?limit=50${after === null ? '' : `&after=${after}`}${query}`);

describe('GET /v1/stream', () => {
  it('gives the log in its order without a gap while it grows', async () => {
    const { issuer, nats } = around;
    const growing = (async () => {
      for (let i = 0; i < 12; i++) {
        issuer.relay(nats, issuer.commitMany(40));
        await log.covers(issuer.events.length);
      }
    })();
    const seen: string[] = [];
    for (let after: number | null = null; seen.length < 480; ) {
      const { entries, last }: StreamAnswer = await pull(log, after, '&wait=5');
      expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => seen.length + i));
      seen.push(...entries.map(({ eventId }) => eventId));
      after = last;
    }
    await growing;
    expect(seen).toEqual(issuer.events.map(({ id }) => id));
  });

  it('waits for news, and answers with nothing when there are none', async () => {
    const startedAt = performance.now();
    expect(await pull(log, null, '&wait=1')).toEqual({ entries: [], last: null, more: false });
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    const waiting = pull(log, null, '&wait=20');
    around.issuer.relay(around.nats, around.issuer.commitMany(3));
    expect((await waiting).entries[0].index).toBe(0);
  });

  it('shows a tenant its own entries, and moves it past those of others', async () => {
    around.issuer.relay(around.nats, [
      ...around.issuer.commitMany(4),
      around.issuer.commit({ tenant: 'acme' }),
      ...around.issuer.commitMany(2),
    ]);
    await log.covers(7);
    const acme = new LogReader(log.url, around.issuer.admit(['audit:read'], 'acme'), around.key.verifierKey);
    const page = await pull(acme, null);
    expect(page).toMatchObject({ entries: [{ index: 4, tenant: 'acme' }], last: 6, more: false });
    expect(await pull(acme, page.last)).toEqual({ entries: [], last: 6, more: false });
  });

  it.each([
    ['after=7', 'after: 7 is not in the log'],
    ['after=-1', 'after: '],
    ['wait=26', 'wait: '],
    ['limit=501', 'limit: '],
    ['cursor=1', 'cursor'],
  ])('refuses %s by name', async (query, detail) => {
    const response = await log.get(`/v1/stream?${query}`);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'query-invalid',
      detail: expect.stringContaining(detail),
    });
  });
});
