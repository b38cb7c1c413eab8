import { events } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Catalogue, FILE, OK } from '../../test/catalogue.js';

const changed = events.ApiChanged.type;

describe('a published API that names documents', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`);
  const openapi = (document = a) => ({ ...OK, openapi: { document } });
  const LET = FILE.replace('maxApis: 3', 'maxApis: 3\n    maxDocuments: 2');
  const verdict = (catalogue: Catalogue, n = 0) => {
    const { reason, behind, routes } = catalogue.settle().verdicts(LET)[n];
    return { reason, behind, paths: routes.map(({ path }) => path) };
  };
  const waiting = expect.stringContaining('not here yet');

  it('becomes routes that name them, and one that is mocked has no upstream', () => {
    const catalogue = new Catalogue().say(1, '/', {
      ...OK,
      cache: { shareBy: 'tenant' },
      openapi: { document: a, mode: 'report', basePath: '/v1' },
      routes: [
        { path: '/shop/a', scopes: { '*': [] } },
        { path: '/shop/b', scopes: { '*': [] }, mock: { document: b } },
      ],
    });
    catalogue.here.add(a).add(b);
    const [{ routes }] = catalogue.verdicts(LET);
    expect(routes).toMatchObject([
      {
        openapi: { file: a, mode: 'report', basePath: '/v1', undocumented: 'refuse' },
        upstream: OK.upstream,
      },
      { mock: { openapi: b }, openapi: { file: a } },
    ]);
    expect([routes[1]?.upstream, routes[1]?.cache]).toEqual([undefined, undefined]);
  });

  it('is not served before they are here, and holds its place', () => {
    const catalogue = new Catalogue().say(1, '/shop/a', openapi()).say(2, '/shop/a');
    expect(verdict(catalogue)).toEqual({ reason: waiting, behind: null, paths: [] });
    expect(verdict(catalogue, 1).reason).toContain('claimed it earlier');
    catalogue.here.add(a);
    expect(verdict(catalogue)).toEqual({ reason: null, behind: null, paths: ['/shop/a'] });
  });

  it('is served as it was until they are, also after a restart, and never again afterwards', () => {
    const catalogue = new Catalogue().say(1, '/shop/a').say(1, '/shop/b', openapi(), 'acme', changed);
    catalogue.say(1, '/shop/c', openapi(c), 'acme', changed).say(2, '/shop/a');
    const former = { reason: null, behind: waiting, paths: ['/shop/a'] };
    expect(verdict(catalogue)).toEqual(former);
    const restarted = new Catalogue();
    restarted.published.restore(JSON.parse(catalogue.published.snapshot()));
    expect(verdict(restarted)).toEqual(former);
    restarted.here.add(c);
    expect(restarted.settle().reasons(LET)).toEqual({ 1: null, 2: null });
    restarted.here.clear();
    expect(restarted.settle().reasons(LET)).toEqual({ 1: waiting, 2: null });
  });

  it('is not served when one of them cannot be used, or cannot be read', () => {
    const catalogue = new Catalogue().say(1, '/shop/a').say(1, '/shop/b', openapi(), 'acme', changed);
    catalogue.unusable.add(a);
    expect(verdict(catalogue)).toEqual({ reason: 'this gateway cannot use it', behind: null, paths: [] });
    catalogue.say(1, '/shop/b', openapi('sha256:short'), 'acme', changed);
    expect(verdict(catalogue).reason).toContain('cannot be read: openapi.document');
  });

  it('has as many as gateway.yaml lets its tenant have, and no others are asked for', () => {
    const catalogue = new Catalogue();
    for (const [n, document] of [a, a, b, c].entries()) catalogue.say(n, `/shop/${n}`, openapi(document));
    for (const document of [a, b, c]) catalogue.here.add(document);
    const four = LET.replace('maxApis: 3', 'maxApis: 4');
    expect(catalogue.reasons(four)).toEqual({
      0: null,
      1: null,
      2: null,
      3: expect.stringContaining('have 2'),
    });
    expect(catalogue.reasons()).toMatchObject({ 0: expect.stringContaining('have 0 OpenAPI documents') });
  });
});
