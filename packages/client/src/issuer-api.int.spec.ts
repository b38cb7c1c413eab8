import type { RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { serve } from '@gatehouse/testing';
import { problemOf } from '@gatehouse/contracts';
import { sampleToken as view } from '../test/sample-token.js';
import { GatehouseProblem } from './gatehouse-problem.js';
import { GatehouseUnreachable } from './gatehouse-unreachable.js';
import { IssuerApi } from './issuer-api.js';
import { UnexpectedAnswer } from './unexpected-answer.js';

const SECRET = 'gh_live_secret';
const ID = view.id;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function issuerAt(listener: RequestListener, options: { timeoutMs?: number } = {}): Promise<IssuerApi> {
  const server = await serve(listener);
  const issuer = new IssuerApi({ url: server.url, token: SECRET, ...options });
  stops.push(() => issuer.close(), server.stop);
  return issuer;
}

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Promise.reject(new Error('it was answered')),
    (error: Error) => error,
  );

describe('IssuerApi', () => {
  it('sends the token in the Authorization header and the body as JSON', async () => {
    const seen: unknown[] = [];
    const issuer = await issuerAt((request, response) => {
      seen.push(request.method, request.url, request.headers.authorization);
      void text(request).then((body) => {
        seen.push(JSON.parse(body));
        json(response, 201, { ...view, token: 'gh_live_new' });
      });
    });
    const answer = await issuer.issue({ name: 'ci', scopes: ['demo:read'] });
    expect(answer.token).toBe('gh_live_new');
    expect(seen).toEqual(['POST', '/v1/tokens', `Bearer ${SECRET}`, { name: 'ci', scopes: ['demo:read'] }]);
  });

  it('hands back what came of each of many tokens, in the order asked', async () => {
    const results = [
      { ok: true, value: { ...view, token: 'gh_live_new' } },
      { ok: false, problem: problemOf('body-invalid', 'name: 1 to 200 characters', 'req-9') },
    ];
    const seen: unknown[] = [];
    const issuer = await issuerAt((request, response) => {
      void text(request).then((body) => {
        seen.push(request.url, JSON.parse(body));
        json(response, 200, { results });
      });
    });
    const tokens = ['ci', ''].map((name) => ({ name, scopes: ['demo:read'] }));
    expect(await issuer.issueMany(tokens)).toEqual(results);
    expect(seen).toEqual(['/v1/tokens/bulk', { tokens }]);
  });

  it('reads a list through all its pages', async () => {
    const issuer = await issuerAt((request, response) => {
      const cursor = new URL(request.url!, 'http://issuer').searchParams.get('cursor');
      const page = cursor === 'two' ? { items: [{ ...view, name: 'second' }], nextCursor: null } : undefined;
      json(response, 200, page ?? { items: [{ ...view, name: 'first' }], nextCursor: 'two' });
    });
    const names: string[] = [];
    for await (const token of issuer.list()) names.push(token.name);
    expect(names).toEqual(['first', 'second']);
  });

  it('asks to wait for the gateways and hands back their receipt', async () => {
    const receipt = { position: '7.1', complete: true, gateways: [{ id: 'gw', appliedInMs: 1.5 }] };
    let url = '';
    const issuer = await issuerAt((request, response) => {
      url = request.url!;
      json(response, 200, { ...view, status: 'revoked', receipt });
    });
    expect((await issuer.revoke(ID, 'leaked', { waitForGateways: true })).receipt).toEqual(receipt);
    expect(url).toBe(`/v1/tokens/${ID}/revoke?wait=gateways`);
  });

  it('throws the problem document of a refusal', async () => {
    const document = problemOf('not-found', 'no such token', 'req-9');
    const issuer = await issuerAt((_, response) => json(response, 404, document));
    const error = await rejection(issuer.get(ID));
    expect(error).toBeInstanceOf(GatehouseProblem);
    expect(error).toMatchObject(document);
  });

  it('gives up on an issuer that does not answer in time', async () => {
    const issuer = await issuerAt(() => {}, { timeoutMs: 50 });
    const error = await rejection(issuer.get(ID));
    expect(error).toBeInstanceOf(GatehouseUnreachable);
    expect(error.message).toContain('took longer than 50 ms');
  });

  it('says that nobody listens, and never the token', async () => {
    const issuer = new IssuerApi({ url: 'http://127.0.0.1:1', token: SECRET });
    const error = await rejection(issuer.get(ID));
    expect(error).toBeInstanceOf(GatehouseUnreachable);
    expect(error.message).toContain('ECONNREFUSED');
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(SECRET);
  });

  it('refuses an answer that breaks the contract, without quoting it', async () => {
    const issuer = await issuerAt((_, response) => json(response, 200, { ...view, id: SECRET }));
    const error = await rejection(issuer.get(ID));
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect(error.message).toContain('id: a token id is tok_');
    expect(error.message).not.toContain(SECRET);
  });

  it('stops reading a body without end', async () => {
    const issuer = await issuerAt((_, response) => {
      const block = Buffer.alloc(1024 * 1024, 'x');
      const pump = () => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', pump);
      pump();
    });
    const error = await rejection(issuer.get(ID));
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect(error.message).toContain('larger than');
  });

  it('tries once more when a kept-alive connection broke, but never issues twice', async () => {
    let calls = 0;
    const issuer = await issuerAt((request, response) => {
      calls++;
      if (calls === 1 || request.method === 'POST') request.socket.destroy();
      else json(response, 200, view);
    });
    expect((await issuer.get(ID)).id).toBe(ID);
    expect(calls).toBe(2);
    expect(await rejection(issuer.issue({ name: 'x', scopes: ['a'] }))).toBeInstanceOf(GatehouseUnreachable);
    expect(calls).toBe(3);
  });

  it('issues again under the same Idempotency-Key when a connection broke', async () => {
    const keys: unknown[] = [];
    const issuer = await issuerAt((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else json(response, 201, { ...view, token: 'gh_live_new' });
    });
    const issued = await issuer.issue({ name: 'x', scopes: ['a'] }, { idempotencyKey: 'one-of-mine' });
    expect(issued.token).toBe('gh_live_new');
    expect(keys).toEqual(['"one-of-mine"', '"one-of-mine"']);
  });

  it('refuses credentials in the URL', () => {
    expect(() => new IssuerApi({ url: 'http://user:pass@127.0.0.1:1' })).toThrow(TypeError);
  });
});
