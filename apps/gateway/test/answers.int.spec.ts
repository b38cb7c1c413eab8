import { DecisionAnswer } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';

const ROUTES = `
routes:
  - { id: moved, path: '/users/{id}/*', redirect: { to: 'https://api.example/v2/users/{id}/{*}?from={id}' }, scopes: { GET: [demo:read], POST: [demo:write] } }
  - { id: away, path: /away/*, redirect: { to: '/{*}', status: 302, keepQuery: false }, scopes: { '*': [] }, cors: { origins: ['https://app.example'] } }
  - { id: gone, path: /gone, respond: { status: 410, headers: { X-Reason: moved for good }, body: 'It is gone.' }, scopes: { '*': [] } }
  - { id: flags, path: /flags, respond: { json: { beta: true } }, scopes: { '*': [demo:read] }, limit: { requests: 2, windowSeconds: 60 } }
`;

describe('a route that the gateway answers itself', () => {
  let stage: Stage;
  let token: string;
  const at = (path: string, init: RequestInit = {}, bearer: string | undefined = token) =>
    call(`${stage.gateway.url}${path}`, bearer, { redirect: 'manual', ...init });
  const decisionOn = async ({ headers }: { headers: Headers }) => {
    const id = headers.get('x-request-id');
    const { body } = await call(`${stage.gateway.adminUrl}/v1/decisions/${id}`, ADMIN_TOKEN);
    return DecisionAnswer.parse(JSON.parse(body));
  };

  beforeAll(async () => {
    stage = await setStage({ routes: ROUTES });
    ({ token } = stage.issuer.issue());
  });
  afterAll(() => stage.stop());

  it('redirects by the parameters of the path, with the query', async () => {
    const answer = await at('/users/7%20a/orders/1?page=2');
    expect([answer.status, answer.headers.get('location'), answer.body]).toEqual([
      308,
      'https://api.example/v2/users/7%20a/orders/1?from=7%20a&page=2',
      '',
    ]);
    expect((await at('/users/a&b=c')).headers.get('location')).toBe(
      'https://api.example/v2/users/a&b=c/?from=a%26b%3Dc',
    );
  });

  it.each(['//evil.example', '/%2e%2e//evil.example', '/\\evil.example', '///evil.example/x', '/"><script>'])(
    'does not let a caller choose another host: %s',
    async (path) => {
      const head = `GET /away${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
      const answer = await rawRequest(stage.gateway.port, head);
      const location = /\r\nlocation: (.*)\r\n/i.exec(answer)?.[1];
      if (location === undefined) expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      else {
        expect(new URL(location, 'https://gateway.example').host).toBe('gateway.example');
        expect(location).toMatch(/^[A-Za-z0-9/%.]+$/);
      }
    },
  );

  it('asks for a token, its scopes and its limits first', async () => {
    expect((await at('/users/7/x', {}, '')).code).toBe('token-missing');
    expect((await at('/users/7/x', { method: 'POST' })).code).toBe('scope-insufficient');
    expect((await at('/users/7/x', { method: 'PUT' })).code).toBe('method-not-allowed');
    const answers = [await at('/flags'), await at('/flags'), await at('/flags')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(JSON.parse(answers[0].body)).toEqual({ beta: true });
    expect(answers[0].headers.get('content-type')).toBe('application/json');
  });

  it('answers with what the file says, and what the route adds to every answer', async () => {
    const gone = await at('/gone', { method: 'POST', body: 'nobody reads it' });
    expect([gone.status, gone.headers.get('x-reason'), gone.body]).toEqual([
      410,
      'moved for good',
      'It is gone.',
    ]);
    const head = await at('/gone', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.body]).toEqual([410, '11', '']);
    const away = await at('/away/x?a=b', { headers: { origin: 'https://app.example' } });
    expect([away.status, away.headers.get('location')]).toEqual([302, '/x']);
    expect(away.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(stage.upstream.received).toBe(0);
  });

  it('tells how it came to answer', async () => {
    const served = await decisionOn(await at('/gone'));
    expect(served).toMatchObject({ outcome: 'served', status: 410, refusedBy: null });
    expect(new Set(served.steps.map(({ result }) => result))).toEqual(new Set(['passed']));
    const refused = await decisionOn(await at('/users/7/x', { method: 'POST' }));
    expect(refused).toMatchObject({ outcome: 'refused', refusedBy: 'scope' });
  });
});
