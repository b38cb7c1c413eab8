import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readRoutes } from '../routes/read-routes.js';
import { ApiDocuments } from './api-documents.js';

const HEAD = `openapi: 3.1.0
info: { title: t, version: '1' }
`;
const get = (operation: string, path = '/x') =>
  `${HEAD}paths:\n  ${path}:\n    get:\n      responses: { '200': { description: ok } }\n      ${operation}\n`;

describe('a document that a route names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  const apis = new ApiDocuments();
  const { routes } = readRoutes(
    `routes: [{ id: shop, path: /x, upstream: 'http://a', scopes: { '*': [] }, openapi: { file: api.yaml } }]`,
    'gateway.yaml',
    new Map(),
  );
  const load = (text: string) => {
    writeFileSync(join(folder, 'api.yaml'), text);
    return apis.load(routes, folder);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['is not YAML', `${HEAD}paths: [`, /api\.yaml:3:9 Flow sequence/],
    [
      'is of another version',
      HEAD.replace('3.1.0', '3.2.0'),
      /api\.yaml:1:10 \/openapi: is not 3\.0\.x or 3\.1\.x/,
    ],
    [
      'breaks the specification',
      get('parameters: [{ name: a }]'),
      /api\.yaml:7:20 \/paths\/~1x\/get\/parameters\/0: /,
    ],
    [
      'refers to nothing',
      get(`parameters: [{ $ref: '#/components/parameters/a' }]`),
      /:7:20 .*\$ref #\/components\/parameters\/a leads to nothing/,
    ],
    [
      'refers to another host',
      get(`parameters: [{ $ref: 'http://127.0.0.1:1/a' }]`),
      /:7:20 .*leads out of the document, and nothing is fetched/,
    ],
    ['refers to another file', get(`parameters: [{ $ref: 'other.yaml#/a' }]`), /leads out of the document/],
    [
      'refers in a circle',
      get(`parameters: [{ $ref: '#/paths/~1x/get/parameters/0' }]`),
      /leads in a circle/,
    ],
    [
      'has a schema that means nothing',
      get('parameters: [{ name: a, in: query, schema: { minLength: many } }]'),
      /:7:50 .*parameters\/0\/schema: cannot be used as a schema: .*minLength/,
    ],
    [
      'has a pattern that is none',
      get(`parameters: [{ name: a, in: query, schema: { pattern: '(' } }]`),
      /cannot be used as a schema: .*Unterminated group/,
    ],
    [
      'has a style that is not read',
      get('parameters: [{ name: id, in: path, required: true, style: matrix, schema: {} }]', '/x/{id}'),
      /style matrix is not read here: use simple/,
    ],
    [
      'changes what references mean',
      get('parameters: [{ name: a, in: query, schema: { $id: b } }]'),
      /\$id is not taken here/,
    ],
  ])('is refused with the place when it %s', async (_, text, message) => {
    const refused = await load(text).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/^RoutesRejected: route shop, openapi\.file: /);
    expect(String(refused)).toMatch(message);
  });

  it('is refused when it is not there', async () => {
    await expect(apis.load(routes, join(folder, 'nowhere'))).rejects.toThrow(
      /api\.yaml cannot be read \(ENOENT\)/,
    );
  });

  it('is not compiled again while it stays the same', async () => {
    const first = (await load(get('deprecated: true')))('api.yaml');
    expect(first?.api?.match('/x')?.found.has('HEAD')).toBe(true);
    expect((await load(get('deprecated: true')))('api.yaml')?.api).toBe(first?.api);
    expect((await load(get('deprecated: false')))('api.yaml')?.api).not.toBe(first?.api);
  });

  it('may have schemas that refer to themselves', async () => {
    const tree = `requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } } }`;
    const schema = `components: { schemas: { Tree: { type: object, properties: { kids: { type: array, items: { $ref: '#/components/schemas/Tree' } } } } } }\n`;
    const operation = (await load(get(tree) + schema))('api.yaml')?.api?.match('/x')?.found.get('GET');
    const [media] = operation?.body?.media ?? [];
    expect(media?.schema?.first({ kids: [{ kids: [] }] })).toEqual([]);
    expect(media?.schema?.all({ kids: [{ kids: [1, 2] }] }).map(({ instancePath }) => instancePath)).toEqual([
      '/kids/0/kids/0',
      '/kids/0/kids/1',
    ]);
  });
});
