import { describe, expect, it } from '@jest/globals';
import { readRoutes } from './read-routes.js';
import { RoutesRejected } from './routes-rejected.js';

const variables = new Map([['UPSTREAM_URL', 'http://127.0.0.1:8085']]);
const VALID = `# routes
routes:
  - id: demo
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    stripPrefix: /demo
    scopes:
      GET: [demo:read]
      '*': [demo:write]
`;

/** The route with a group as its upstream. */
const inGroup = (more: string, ofRoute = 'cost: {}') =>
  VALID.replace('${UPSTREAM_URL}', `{ targets: [{ url: "http://a" }], ${more} }\n    ${ofRoute}`);

function rejection(text: string): string {
  try {
    readRoutes(text, 'gateway.yaml', variables);
  } catch (error) {
    if (error instanceof RoutesRejected) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

describe('readRoutes', () => {
  it('fills in variables and defaults', () => {
    expect(readRoutes(VALID, 'gateway.yaml', variables)).toMatchObject({
      trustedProxies: [],
      issuers: [],
      routes: [
        {
          id: 'demo',
          upstream: 'http://127.0.0.1:8085',
          tenant: 'default',
          staleSeconds: 10,
          timeouts: { connectMs: 2_000, headersMs: 30_000, bodyMs: 60_000 },
        },
      ],
    });
  });

  it.each<[string, string, RegExp]>([
    [
      'a field nobody knows',
      VALID.replace('stripPrefix', 'stripprefix'),
      /^gateway\.yaml:6:5 routes\[0\]: Unrecognized key/,
    ],
    [
      'a wrong type',
      VALID.replace('[demo:read]', 'demo:read'),
      /^gateway\.yaml:8:12 routes\[0\]\.scopes\.GET: /,
    ],
    ['a missing field', VALID.replace('    path: /demo/*\n', ''), /^gateway\.yaml:3:5 routes\[0\]\.path: /m],
    [
      'a mistake within a group of targets',
      VALID.replace('${UPSTREAM_URL}', '{ targets: [{ url: "http://a", weight: 0 }] }'),
      /^gateway\.yaml:5:54 routes\[0\]\.upstream\.targets\[0\]\.weight: Too small/,
    ],
    [
      'a mistake within one URL with a breaker',
      VALID.replace('${UPSTREAM_URL}', '{ url: "http://a", breaker: { openMs: 1 } }'),
      /^gateway\.yaml:5:53 routes\[0\]\.upstream\.breaker\.openMs: Too small/,
    ],
    [
      'what one URL cannot have',
      VALID.replace('${UPSTREAM_URL}', '{ url: "http://a", balance: round-robin }'),
      /routes\[0\]\.upstream: /,
    ],
    [
      'two ways to check a target',
      inGroup("health: { path: '/up', grpc: {} }", 'upstreamProtocol: http2'),
      /upstream\.health: either path or grpc/,
    ],
    [
      'a check of gRPC over HTTP/1.1',
      inGroup('health: { grpc: {} }'),
      /^gateway\.yaml:5:65 routes\[0\]\.upstream\.health\.grpc: takes upstreamProtocol: http2/,
    ],
    [
      'more requests at once than there are connections',
      inGroup('breaker: { maxInFlight: 257 }'),
      /upstream\.breaker\.maxInFlight: is at most 256 over http1/,
    ],
    [
      'a relative path',
      VALID.replace('/demo/*', 'demo/*'),
      /^gateway\.yaml:4:11 routes\[0\]\.path: a path such as/,
    ],
    [
      'an unknown variable',
      VALID.replace('UPSTREAM_URL', 'UPSTREAM_OTHER'),
      /^gateway\.yaml:5:15 \$\{UPSTREAM_OTHER\}: no variable/,
    ],
    [
      'a variable of somebody else',
      VALID.replace('UPSTREAM_URL', 'SERVICE_TOKEN'),
      /^gateway\.yaml:5:15 \$\{SERVICE_TOKEN\}: no variable/,
    ],
    [
      'a foreign scheme',
      VALID.replace('${UPSTREAM_URL}', 'ftp://x'),
      /^gateway\.yaml:5:15 routes\[0\]\.upstream: an http or https URL/,
    ],
    [
      'credentials in a URL',
      VALID.replace('${UPSTREAM_URL}', 'http://u:p@x'),
      /upstream: no user information/,
    ],
    ['broken YAML', VALID.replace('[demo:read]', '[demo:read'), /^gateway\.yaml:\d+:\d+ .+/],
    [
      'a key given twice',
      VALID.replace("      '*'", '      GET'),
      /^gateway\.yaml:9:7 Map keys must be unique/,
    ],
    [
      'a prefix of another path',
      VALID.replace('stripPrefix: /demo', 'stripPrefix: /dem'),
      /stripPrefix: is not a prefix of \/demo/,
    ],
    ['no scopes at all', VALID.replace(/scopes:[^]*/, 'scopes: {}\n'), /scopes: at least one method/],
    [
      'an impossible limit',
      `${VALID}    limit: { requests: 0, windowSeconds: 1 }\n`,
      /^gateway\.yaml:10:24 routes\[0\]\.limit\.requests/,
    ],
    [
      'half a limit',
      `${VALID}    limits: [{ per: token, requests: 5 }]\n`,
      /^gateway\.yaml:10:14 routes\[0\]\.limits\[0\]: either requests and windowSeconds/,
    ],
    [
      'two limits of one name',
      `${VALID}    limits: [{ per: ip, concurrent: 5 }, { per: ip, concurrent: 6 }]\n`,
      /limits: no two of the same per and window/,
    ],
    [
      'a cost that no limit can bear',
      `${VALID}    cost: { '*': 6 }\n    limits: [{ per: token, requests: 9, windowSeconds: 1, burst: 5 }]\n`,
      /^gateway\.yaml:10:11 routes\[0\]\.cost: is more than one of the limits ever holds/,
    ],
    [
      'a scope of a parameter that the path lacks',
      VALID.replace('[demo:read]', "['demo:{id}']"),
      /scopes\.GET: \{id\} is no parameter of \/demo/,
    ],
    [
      'a parameter given twice',
      VALID.replace('/demo/*', "'/demo/{a}/{a}'"),
      /path: no two parameters of one name/,
    ],
    [
      'two routes that differ in the name of a parameter',
      (
        VALID +
        VALID.slice(VALID.indexOf('  - id'))
          .replace('id: demo', 'id: demo-2')
          .replace('/demo/*', "'/demo/{b}'")
      ).replace('/demo/*', "'/demo/{a}'"),
      /routes\[1\]\.path: another route has the same/,
    ],
    [
      'a malformed CIDR',
      `${VALID}    ipAllow: [10.0.0.0/33]\n`,
      /^gateway\.yaml:10:15 routes\[0\]\.ipAllow\[0\]: an IPv4 or IPv6/,
    ],
    ['no routes', 'routes: []\n', /^gateway\.yaml:1:9 routes: /],
    ['an empty file', '', /^gateway\.yaml:1:1 routes: /],
    [
      'two routes with one id',
      VALID + VALID.slice(VALID.indexOf('  - id')).replace('/demo/*', '/demo/b/*'),
      /^gateway\.yaml:10:9 routes\[1\]\.id: is taken by another route/,
    ],
    [
      'two routes at one place',
      VALID + VALID.slice(VALID.indexOf('  - id')).replace('id: demo', 'id: demo-2'),
      /^gateway\.yaml:11:11 routes\[1\]\.path: another route has the same/,
    ],
    [
      'an issuer without keys',
      `issuers: [{ issuer: a, audience: b }]\n${VALID}`,
      /^gateway\.yaml:1:11 issuers\[0\]: either jwksFile or jwksUri/,
    ],
  ])('refuses %s, naming the place', (_, text, message) => {
    expect(rejection(text)).toMatch(message);
  });

  it('names every mistake', () => {
    const text = VALID.replace('/demo/*', 'demo').replace('id: demo', 'id: Demo!');
    expect(rejection(text).split('\n').length).toBeGreaterThanOrEqual(2);
  });

  it('does not let a small file grow into gigabytes', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'])
      bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(',')}]`);
    expect(() => readRoutes(bomb.join('\n'), 'gateway.yaml', variables)).toThrow();
  });
});
