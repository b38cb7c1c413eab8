import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, EntryPage } from '@gatehouse/contracts';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const DATA = {
  userId: 'usr_1',
  clientAddress: '192.0.2.7',
  personal: 'sealed',
  seen: [{ userAgent: 'curl/8', route: 'orders' }],
};

let around: Surroundings;
let log: LogReader;
let lesser: LogReader;

beforeAll(async () => {
  around = await startSurroundings();
  around.issuer.commit({ data: DATA, type: 'user.signed-in.v1' });
  around.issuer.commit();
  const service = await around.audit();
  log = LogReader.of(service, around);
  lesser = new LogReader(service.url, around.issuer.admit(['audit:read']), around.key.verifierKey);
  await log.covers(2);
});

afterAll(() => around.stop());

const entriesOf = async (reader: LogReader): Promise<AuditEntry[]> =>
  (await reader.json<EntryPage>('/v1/entries')).items;

describe('a reader without audit:personal', () => {
  it('sees what happened, but nothing of where and who somebody is, and is told so', async () => {
    const [entry, other] = await entriesOf(lesser);
    expect(entry).toMatchObject({
      redacted: true,
      event: {
        data: {
          userId: 'usr_1',
          clientAddress: '[redacted]',
          personal: '[redacted]',
          seen: [{ userAgent: '[redacted]', route: 'orders' }],
        },
      },
    });
    expect(other).not.toHaveProperty('redacted');
    for (const shown of [entry, await lesser.json('/v1/stream')])
      expect(JSON.stringify(shown)).not.toMatch(/192\.0\.2\.7|sealed|curl/);
    expect(await log.text('/v1/stream')).toMatch(/192\.0\.2\.7/);
  });

  it('cannot find it out by searching for it', async () => {
    const byAddress = await lesser.get('/v1/entries?address=192.0.2.7');
    expect([byAddress.status, await byAddress.json()]).toMatchObject([403, { code: 'scope-insufficient' }]);
    for (const text of ['192.0.2.7', 'curl', 'sealed'])
      expect((await lesser.json<EntryPage>(`/v1/entries?text=${text}`)).items).toEqual([]);
  });

  it.each(['/v1/export', '/v1/export?format=csv', '/v1/tlog/tile/entries/000.p/2'])(
    'gets nothing of %s, which holds all of it',
    async (path) => {
      expect((await lesser.get(path)).status).toBe(403);
      expect((await log.get(path)).status).toBe(200);
    },
  );
});

describe('a reader with audit:personal', () => {
  it('sees the event as it was logged', async () => {
    const [entry] = await entriesOf(log);
    expect(entry.event).toEqual(around.issuer.events[0]);
    expect(entry).not.toHaveProperty('redacted');
    expect((await log.json<EntryPage>('/v1/entries?address=192.0.2.7')).items).toHaveLength(1);
  });
});
