import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startIssuer } from '../../../test/start-issuer.js';
import { ApiDocuments, MOST_DOCUMENTS } from './api-documents.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let acme: Record<string, string>;
beforeAll(async () => {
  issuer = await startIssuer();
  await issuer.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
  const { body } = await issuer.call('POST', '/v1/tenants/acme/owner-tokens', { name: 'owner' });
  acme = { authorization: `Bearer ${body.token}` };
});
afterAll(() => issuer.stop());

/** Another one each time. */
const fresh = () => `openapi: 3.1.0\ninfo: { title: ${randomUUID()}, version: '1' }\npaths: {}\n`;
const upload = (text: string, headers = {}) => issuer.call('POST', '/v1/api-documents', { text }, headers);
const uploaded = async (headers = {}): Promise<string> => (await upload(fresh(), headers)).body.document;
const get = (document: string, headers = {}) =>
  issuer.call('GET', `/v1/api-documents/${document}`, undefined, headers);
const publish = (more: object, headers = {}) =>
  issuer.call(
    'POST',
    '/v1/apis',
    {
      name: `api-${randomUUID()}`,
      upstream: 'https://orders.example',
      routes: [{ path: '/orders/*', scopes: { '*': [] } }],
      ...more,
    },
    headers,
  );
const short = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim();
const aged = (document: string) =>
  issuer.dataSource.query(
    "update api_document set held_at = held_at - interval '2 days' where document = $1",
    [document],
  );

describe('an OpenAPI document', () => {
  it('is known by its content, to its tenant and to gateways', async () => {
    const text = fresh();
    const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    for (let i = 0; i < 2; i++)
      expect(await upload(text)).toMatchObject({ status: 201, body: { document: hash, bytes: text.length } });
    expect((await get(hash)).body).toEqual({ document: hash, text });
    expect((await issuer.call('GET', `/v1/tenants/default/api-documents/${hash}`)).body).toEqual({
      document: hash,
      text,
    });
    for (const answer of [
      await get(hash, acme),
      await issuer.call('GET', `/v1/tenants/acme/api-documents/${hash}`),
      await get('sha256:none'),
    ])
      expect(short(answer)).toBe('404 not-found');
  });

  it('is refused with its mistake when it is uploaded', async () => {
    const { status, body } = await upload(
      fresh().replace('{}', '{ /x: { get: { parameters: [{ name: a }] } } }'),
    );
    expect([status, body.code]).toEqual([400, 'body-invalid']);
    expect(body.errors).toEqual([
      { field: 'text/paths/~1x/get/parameters/0', rule: expect.stringContaining('must') },
    ]);
    const most = 1024 * 1024;
    const large = fresh().padEnd(most, '#');
    expect((await upload(large)).status).toBe(201);
    expect((await upload(`${large}#`)).body.detail).toContain('at most 1,048,576 bytes');
  });

  it('is looked at beside few others at once', async () => {
    const documents = issuer.get(ApiDocuments);
    const three = [1, 2, 3].map(() => documents.upload('default', fresh(), 'system:test'));
    const outcomes = await Promise.allSettled(three);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'too-many-at-once' } });
  });

  it('is named by APIs of its tenant alone, and only when it is there', async () => {
    const [own, foreign, absent] = [await uploaded(), await uploaded(acme), `sha256:${'0'.repeat(64)}`];
    const routes = [{ path: '/orders/*', scopes: { '*': [] }, mock: { document: foreign } }];
    expect(short(await publish({ openapi: { document: own }, routes }))).toBe('404 not-found');
    for (const document of [foreign, absent]) {
      const answer = await publish({ openapi: { document } });
      expect(short(answer)).toBe('404 not-found');
      expect(answer.body.detail).toContain(`There is no document ${document}`);
    }
    const { status, body } = await publish({ openapi: { document: own, mode: 'report' } });
    expect(status).toBe(201);
    expect(body.openapi).toMatchObject({ document: own, mode: 'report', undocumented: 'refuse' });
    expect(short(await publish({ openapi: { document: own } }, acme))).toBe('404 not-found');
  });

  it('goes a day after the last API has let go of it', async () => {
    const [named, left, young] = [await uploaded(), await uploaded(), await uploaded()];
    const { body: api } = await publish({ mock: { document: named } });
    for (const document of [named, left]) await aged(document);
    await uploaded();
    expect([await get(named), await get(left), await get(young)].map(short)).toEqual([
      '200',
      '404 not-found',
      '200',
    ]);
    await issuer.call('POST', `/v1/apis/${api.id}/retire`, { reason: 'over' });
    await uploaded(acme); // of another tenant
    expect(short(await get(named))).toBe('200');
    await uploaded();
    expect(short(await get(named))).toBe('404 not-found');
  });

  it('is one of so many', async () => {
    await uploaded(acme);
    await issuer.dataSource.query(
      `insert into api_document (tenant, document, content, uploaded_by)
       select 'acme', 'sha256:' || n, '', 'system:test' from generate_series(1, $1) n`,
      [MOST_DOCUMENTS],
    );
    const refused = await upload(fresh(), acme);
    expect([short(refused), refused.body.detail]).toEqual([
      '409 conflict',
      expect.stringContaining(`${MOST_DOCUMENTS} documents at once`),
    ]);
    expect(short(await upload(fresh()))).toBe('201');
  });
});
