import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Problem } from '@gatehouse/contracts';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;
let log: LogReader;
let url: string;

beforeAll(async () => {
  around = await startSurroundings();
  around.issuer.commitMany(10);
  const service = await around.audit();
  url = service.url;
  log = LogReader.of(service, around);
  await log.covers(10);
});

afterAll(() => around.stop());

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
};

describe('a query that cannot be answered', () => {
  it.each([
    ['/v1/proof/inclusion?index=10', 'index: 10 is not in a tree of 10 leaves'],
    ['/v1/proof/inclusion?index=5&size=5', 'index: 5 is not in a tree of 5 leaves'],
    ['/v1/proof/inclusion?index=0&size=0', 'index: 0 is not in a tree of 0 leaves'],
    [
      '/v1/proof/inclusion?index=0&size=11',
      'size: 11 is beyond the latest checkpoint, which covers 10 leaves',
    ],
    ['/v1/proof/inclusion', 'index: '],
    ['/v1/proof/inclusion?index=-1', 'index: '],
    ['/v1/proof/inclusion?index=1.5', 'index: '],
    ['/v1/proof/inclusion?index=1e30', 'index: '],
    ['/v1/proof/inclusion?index=0&leaf=0', 'leaf'],
    ['/v1/proof/consistency?from=4&to=11', 'to: 11 is beyond the latest checkpoint, which covers 10 leaves'],
    ['/v1/proof/consistency?from=11', 'from: 11 is above "to", 10'],
    ['/v1/proof/consistency?from=6&to=5', 'from: 6 is above "to", 5'],
    ['/v1/proof/consistency?to=5', 'from: '],
    ['/v1/entries?limit=501', 'limit: '],
    ['/v1/entries?cursor=later', 'cursor: '],
    ['/v1/entries?type=TokenStolen', 'type: one of TokenIssued'],
    ['/v1/entries?colour=red', 'colour'],
    ['/v1/entries?token=a&token=b', 'token: '],
  ])('%s is a problem 400 that says why', async (path, detail) => {
    const problem = await problemOf(await log.get(path));
    expect(problem).toMatchObject({ status: 400, code: 'query-invalid' });
    expect(problem.detail).toContain(detail);
  });

  it('that PostgreSQL could not store finds nothing', async () => {
    expect(await log.json('/v1/entries?eventId=%00')).toMatchObject({ items: [], nextCursor: null });
  });
});

describe('a caller', () => {
  const paths = [
    '/v1/checkpoint',
    '/v1/log',
    '/v1/entries',
    '/v1/proof/inclusion?index=0',
    '/v1/proof/consistency?from=1',
  ];

  it.each(paths)(
    'without a token, with an unknown one or without audit:read gets nothing from %s',
    async (path) => {
      const anonymous = await problemOf(await fetch(url + path));
      expect([anonymous.status, anonymous.code]).toEqual([401, 'token-missing']);
      const stranger = new LogReader(url, formatOpaqueToken('gh', 'test'), '');
      expect((await problemOf(await stranger.get(path))).code).toBe('token-unknown');
      const lesser = new LogReader(url, around.issuer.admit(['tokens:read', 'events:read']), '');
      expect((await problemOf(await lesser.get(path))).code).toBe('scope-insufficient');
    },
  );
});

describe('while the issuer is away', () => {
  it('nobody is let in, and the answer says so', async () => {
    await around.issuer.stop();
    const late = new LogReader(url, formatOpaqueToken('gh', 'test'), '');
    const problem = await problemOf(await late.get('/v1/log'));
    expect([problem.status, problem.code]).toEqual([503, 'issuer-unavailable']);
    await around.issuer.start();
  });
});
