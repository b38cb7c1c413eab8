import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const REASON = 'agreed with counsel';

let around: Surroundings;
let log: LogReader;
let operator: string;

beforeAll(async () => {
  around = await startSurroundings();
  operator = around.issuer.admit(['audit:read', 'audit:write']);
  around.issuer.commitMany(3); // of 2023
  around.issuer.commit({ time: new Date().toISOString() });
  log = LogReader.of(await around.audit(), around);
  await log.covers(4);
});

afterAll(() => around.stop());

const send = (method: string, path: string, body?: object, token = operator): Promise<Response> =>
  fetch(log.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });

describe('the database', () => {
  it.each([
    ['before there is a policy', '', 'update audit.leaves set canonical = null where index = 1'],
    ['that is not due', '[{"keepDays":30}]', 'update audit.leaves set canonical = null where index = 3'],
    [
      'that is not all of a body',
      '[{"keepDays":30}]',
      `update audit.leaves set canonical = '{}' where index = 1`,
    ],
    [
      'with more than its body',
      '[{"keepDays":30}]',
      `update audit.leaves set canonical = null, actor = '' where index = 1`,
    ],
    [
      'without an entry that announces it',
      '[{"keepDays":30}]',
      `select audit.expire_bodies('nobody', 0, 10)`,
    ],
  ])('lets nobody take anything %s', async (_, rules, statement) => {
    if (rules)
      await around.sql('insert into audit.retention_policies (rules, set_by) values ($1, $2)', [rules, 'x']);
    await expect(around.sql(statement)).rejects.toThrow(/append-only|no entry says/);
  });
});

describe('who asks', () => {
  it.each<[string, string, object, number, string]>([
    ['PUT', '/v1/retention', { rules: [{ keepDays: 0 }], reason: REASON }, 400, 'rules.0.keepDays'],
    ['PUT', '/v1/retention', { rules: [{ keepDays: 9 }, { keepDays: 8 }], reason: REASON }, 400, 'two rules'],
    [
      'PUT',
      '/v1/retention',
      { rules: [{ type: 'request.logged.v1', keepDays: 9 }], reason: REASON },
      400,
      'kept for ever',
    ],
    ['PUT', '/v1/retention', { rules: [] }, 400, 'reason'],
    ['POST', '/v1/legal-holds', { kind: 'person', value: 'Jane', reason: REASON }, 400, 'value: a user id'],
    ['POST', `/v1/legal-holds/hold_${'0'.repeat(32)}/lift`, { reason: REASON }, 404, 'No hold has this id'],
    ['POST', '/v1/legal-holds/7/lift', { reason: REASON }, 404, ''],
  ])('%s %s with %j is told what is wrong', async (method, path, body, status, detail) => {
    const response = await send(method, path, body);
    const problem = (await response.json()) as { status: number; detail: string };
    expect([problem.status, problem.detail]).toEqual([status, expect.stringContaining(detail)]);
  });

  it('must be the operator, and may write', async () => {
    const tenant = around.issuer.admit(['audit:read', 'audit:write'], 'acme');
    for (const path of ['/v1/retention', '/v1/legal-holds']) {
      expect((await send('GET', path, undefined, tenant)).status).toBe(404);
      expect(
        (await send('POST', path === '/v1/retention' ? `${path}/runs` : path, {}, around.reader)).status,
      ).toBe(403);
    }
  });
});
