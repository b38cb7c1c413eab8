import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestBatch, tokenIdOf } from '../../test/events.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;
let log: LogReader;
let url: string;

beforeAll(async () => {
  around = await startSurroundings();
  const { issuer } = around;
  issuer.commitMany(20);
  issuer.commit({ tenant: 'acme' });
  issuer.commit({ tenant: 'acme', type: 'token.suspended.v9' });
  const service = await around.audit();
  url = service.url;
  log = LogReader.of(service, around);
  await log.covers(22);
  await around.publishRequests(requestBatch(1));
  await log.covers(23);
});

afterAll(() => around.stop());

describe('GET /v1/entries', () => {
  it('finds everything that happened to a token', async () => {
    const entries = await log.entries(`&token=${tokenIdOf(3)}`);
    expect(entries.map(({ type, index }) => [type, index])).toEqual([
      ['token.issued.v1', 4],
      ['token.revoked.v1', 5],
    ]);
  });

  it('finds an event by its id, its name in code, or its type on the wire', async () => {
    const { issuer } = around;
    const [entry] = await log.entries(`&eventId=${issuer.events[7].id}`);
    expect(entry).toMatchObject({
      index: 7,
      event: issuer.events[7],
      actor: 'token:tok_admin',
      source: 'issuer',
    });
    expect(await log.entries('&type=TokenRevoked')).toHaveLength(10);
    expect(await log.entries('&type=RequestLogged')).toHaveLength(1);
    expect(await log.entries('&type=token.suspended.v9')).toHaveLength(1);
    expect(await log.entries(`&type=TokenIssued&token=${tokenIdOf(3)}`)).toHaveLength(1);
  });

  it('goes through the log page by page, oldest first, without a gap', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = '0'; cursor !== null; ) {
      const page: { items: { index: number }[]; nextCursor: string | null } = await log.json(
        `/v1/entries?limit=5&cursor=${cursor}`,
      );
      seen.push(...page.items.map(({ index }) => index));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: 23 }, (_, i) => i));
  });

  it('shows a tenant its own entries alone, whatever it asks for', async () => {
    const acme = new LogReader(url, around.issuer.admit(['audit:read'], 'acme'), around.key.verifierKey);
    const own = [20, 21];
    expect((await acme.entries()).map(({ index }) => index)).toEqual(own);
    expect((await acme.entries('&tenant=acme')).map(({ index }) => index)).toEqual(own);
    expect(await acme.entries('&tenant=default')).toEqual([]);
    expect(await acme.entries(`&token=${tokenIdOf(3)}`)).toEqual([]);
    expect(await acme.entries(`&eventId=${around.issuer.events[0].id}`)).toEqual([]);
    expect((await log.entries('&tenant=acme')).map(({ index }) => index)).toEqual(own);
  });
});

describe('GET /v1/log', () => {
  it('names the log and the key that its checkpoints verify with', async () => {
    expect(await log.json('/v1/log')).toEqual({
      origin: 'gatehouse.test/audit',
      verifierKey: around.key.verifierKey,
      size: 23,
    });
  });
});

describe('GET /v1/checkpoint', () => {
  it('answers the signed note as text', async () => {
    const response = await log.get('/v1/checkpoint');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toMatch(
      /^gatehouse\.test\/audit\n23\n\S{44}\n\n— gatehouse\.test\/audit \S+\n$/,
    );
  });
});
