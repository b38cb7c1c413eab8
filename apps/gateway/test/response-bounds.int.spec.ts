import { UpstreamsAnswer } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { Ingestion } from './ingestion.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type Stage, setStage } from './stage.js';

const route = (id: string, upstream: string) =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, upstream: ${upstream}, maxResponseBytes: 100000, scopes: { '*': [demo:read] } }\n`;

describe('a bound on answers', () => {
  let stage: Stage;
  let token: string;
  beforeAll(async () => {
    stage = await setStage({
      routes: `routes:
${route('one', `'\${UPSTREAM_URL}'`)}
${route('group', `{ targets: [{ url: '\${UPSTREAM_URL}' }] }`)}
`,
    });
    token = stage.issuer.issue().token;
  });
  afterAll(() => stage.stop());

  const get = (path: string, init?: RequestInit) => call(`${stage.gateway.url}${path}`, token, init);

  it.each(['one', 'group'])(
    'refuses what is announced to be larger, lets through what is not: %s',
    async (id) => {
      expect(await get(`/${id}/bytes?size=100001`)).toMatchObject({
        status: 502,
        code: 'response-too-large',
      });
      for (const kind of ['bytes', 'chunks'])
        expect((await get(`/${id}/${kind}?size=100000`)).body).toHaveLength(100_000);
    },
  );

  it('does not count it against a target that it answers too much', async () => {
    const upstreams = await call(`${stage.gateway.adminUrl}/v1/upstreams`, ADMIN_TOKEN);
    const [group] = UpstreamsAnswer.parse(JSON.parse(upstreams.body)).upstreams;
    expect(group?.targets[0]?.requests).toEqual({ ok: 3, error: 0, failed: 0, unknown: 0 });
  });

  it('lets HEAD say how large an answer would be', async () => {
    const head = await get('/one/bytes?size=5000000', { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('5000000');
  });

  it('cuts off what turns out larger on its way, and the record says why', async () => {
    const ingestion = new Ingestion(stage.nats);
    await expect(get('/one/chunks?size=5000000')).rejects.toThrow();
    await eventually(() => {
      const cut = ingestion.records.find(
        ({ code, status }) => code === 'response-too-large' && status === 200,
      );
      expect(cut).toMatchObject({ outcome: 'failed' });
      expect(cut?.responseBytes).toBeLessThanOrEqual(100_000);
    });
    await ingestion.stop();
  });
});
