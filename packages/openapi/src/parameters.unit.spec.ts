import { describe, expect, it } from '@jest/globals';
import { Api } from './api.js';
import { QueryPairs } from './query-pairs.js';
import { readDocument } from './read-document.js';

const documentWith = (version: string, parameters: string, path = '/x') => `
openapi: ${version}
info: { title: t, version: '1' }
components:
  schemas:
    Page: { type: integer, minimum: 1 }
    Node: { type: object, properties: { next: { $ref: '#/components/schemas/Node' }, n: { type: integer } } }
  parameters:
    limit: { name: limit, in: query, schema: { type: integer, exclusiveMinimum: ${version < '3.1' ? 'true, minimum: 0' : '0'} } }
paths:
  ${path}:
    parameters: [${parameters}]
    get: { responses: { '200': { description: ok } } }
`;

/** What is wrong with a request, field by field. */
async function mistakes(
  parameters: string,
  { path = '/x', query = '', headers = {}, template = '/x', version = '3.1.0' } = {},
): Promise<string[]> {
  const document = await readDocument(documentWith(version, parameters, template));
  const match = (await Api.of(document)).match(path);
  const asked = { path: match!.parameters, query: new QueryPairs(query), headers };
  return match!.found
    .get('GET')!
    .parameters.flatMap((one) => one.check(asked))
    .map(({ field, rule }) => `${field} ${rule}`);
}

const query = (schema: string, more = '') => `{ name: q, in: query, schema: ${schema}${more} }`;

describe('a query parameter', () => {
  it.each([
    ['is an integer', query('{ type: integer }'), 'q=5', []],
    ['is not one in hexadecimal', query('{ type: integer }'), 'q=0x10', ['/query/q must be integer']],
    ['is not one with a space', query('{ type: integer }'), 'q=+5', ['/query/q must be integer']],
    ['is not empty for a number', query('{ type: number }'), 'q=', ['/query/q must be number']],
    ['may be empty where that is said', query('{ type: number }', ', allowEmptyValue: true'), 'q=', []],
    ['keeps digits that are text', query(`{ type: string, pattern: '^0\\d$' }`), 'q=07', []],
    ['is true or false', query('{ type: boolean }'), 'q=yes', ['/query/q must be boolean']],
    [
      'is of a schema elsewhere',
      query(`{ $ref: '#/components/schemas/Page' }`),
      'q=0',
      ['/query/q must be >= 1'],
    ],
    ['is one of several types', query('{ anyOf: [{ type: integer }, { type: boolean }] }'), 'q=true', []],
    ['is one of a list', query('{ enum: [1, 2] }'), 'q=3', ['/query/q must be one of 1, 2']],
    ['is required', query('{ type: string }', ', required: true'), 'r=1', ['/query/q is required']],
    ['may be missing', query('{ type: string, minLength: 1 }'), '', []],
    ['is sent once', query('{ type: string }'), 'q=a&%71=b', ['/query/q was sent more than once']],
    [
      'is a list, value by value',
      query('{ type: array, items: { type: integer } }'),
      'q=1&q=x',
      ['/query/q/1 must be integer'],
    ],
    [
      'is a list with commas',
      query('{ type: array, items: { type: string }, maxItems: 2 }', ', explode: false'),
      'q=a%2Cb,c',
      [],
    ],
    [
      'is a list with bars',
      query('{ type: array, items: { type: integer } }', ', style: pipeDelimited, explode: false'),
      'q=1%7C2|x',
      ['/query/q/2 must be integer'],
    ],
    [
      'is a list with spaces',
      query('{ type: array, items: { type: integer } }', ', style: spaceDelimited, explode: false'),
      'q=1%202+3',
      [],
    ],
    [
      'is an object in brackets',
      query(
        '{ type: object, properties: { n: { type: integer } }, additionalProperties: false }',
        ', style: deepObject',
      ),
      'q[n]=1&q[m]=2',
      ['/query/q/m is not taken'],
    ],
    [
      'is an object in brackets with each name once',
      query('{ type: object }', ', style: deepObject'),
      'q[n]=1&q%5Bn%5D=2',
      ['/query/q was sent more than once'],
    ],
    [
      'is an object spread over names',
      query('{ type: object, properties: { n: { type: integer } } }'),
      'n=x',
      ['/query/q/n must be integer'],
    ],
    [
      'is an object in pairs',
      query('{ type: object, properties: { n: { type: integer } } }', ', explode: false'),
      'q=n,x',
      ['/query/q/n must be integer'],
    ],
    [
      'is a JSON text',
      `{ name: q, in: query, content: { application/json: { schema: { type: object, required: [a] } } } }`,
      'q=%7B%7D',
      ['/query/q/a is required'],
    ],
    [
      'is a JSON text that is one',
      `{ name: q, in: query, content: { application/json: { schema: {} } } }`,
      'q=%7B',
      ['/query/q must be JSON'],
    ],
  ])('%s', async (_, parameters, text, wrong) => {
    expect(await mistakes(parameters, { query: text })).toEqual(wrong);
  });

  it('is the one of the operation where the path has one of its name', async () => {
    expect(await mistakes(`{ $ref: '#/components/parameters/limit' }`, { query: 'limit=0' })).toEqual([
      '/query/limit must be > 0',
    ]);
  });
});

describe('a document of version 3.0', () => {
  const version = '3.0.3';
  it.each([
    ['has null as it says it', query('{ type: integer, nullable: true }'), 'q=null', []],
    [
      'has bounds as it says them',
      `{ $ref: '#/components/parameters/limit' }`,
      'limit=0',
      ['/query/limit must be > 0'],
    ],
    [
      'ignores what stands beside a reference',
      query(`{ $ref: '#/components/schemas/Page', minimum: 5 }`),
      'q=1',
      [],
    ],
  ])('%s', async (_, parameters, text, wrong) => {
    expect(await mistakes(parameters, { query: text, version })).toEqual(wrong);
  });
});

const id = (schema: string) => `{ name: id, in: path, required: true, schema: ${schema} }`;
const header = (schema: string) => `{ name: X-Version, in: header, schema: ${schema} }`;
const at = (path: string, schema: string, template = '/users/{id}') =>
  mistakes(id(schema), { path, template });

describe('parameters of paths and headers', () => {
  it('are read as they are meant', async () => {
    expect(await at('/users/7', '{ type: integer }')).toEqual([]);
    expect(await at('/users/%37', '{ type: integer }')).toEqual([]);
    expect(await at('/users/x', '{ type: integer }')).toEqual(['/path/id must be integer']);
    expect(await at('/users/1,x', '{ type: array, items: { type: integer } }')).toEqual([
      '/path/id/1 must be integer',
    ]);
    expect(await at('/report-7.csv', '{ type: integer }', '/report-{id}.csv')).toEqual([]);
    expect(await at('/users/not-a-uuid', '{ type: string, format: uuid }')).toEqual([
      '/path/id must match format "uuid"',
    ]);
  });

  it('are found whatever the case of a header', async () => {
    const wrong = await mistakes(header('{ type: integer }'), { headers: { 'x-version': 'two' } });
    expect(wrong).toEqual(['/header/x-version must be integer']);
    expect(
      await mistakes(header('{ type: array, items: { enum: [a, b] } }'), {
        headers: { 'x-version': 'a, c' },
      }),
    ).toEqual(['/header/x-version/1 must be one of "a", "b"']);
  });

  it('are no parameters where the specification says so', async () => {
    expect(await mistakes('{ name: Accept, in: header, required: true, schema: { enum: [x] } }')).toEqual([]);
  });
});
