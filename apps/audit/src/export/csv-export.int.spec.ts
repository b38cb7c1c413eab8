import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonical, leafHashOf, openCheckpoint, rootFromInclusion } from '../../test/rfc-verifier.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const SIZE = 1_203;

let around: Surroundings;
let log: LogReader;

beforeAll(async () => {
  around = await startSurroundings();
  around.issuer.commit({ actor: '=HYPERLINK("http://evil.example")' });
  around.issuer.commitMany(SIZE - 1);
  log = LogReader.of(await around.audit(), around);
  await log.covers(SIZE);
});

afterAll(() => around.stop());

/** RFC 4180, every cell quoted. */
const rowsOf = (text: string): string[][] =>
  text
    .split(/(?<=")\r\n/)
    .filter((line) => line !== '')
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell.replaceAll('""', '"')));

describe('GET /v1/export?format=csv', () => {
  it('gives every entry with a proof that leads to the root of the checkpoint in its first row', async () => {
    const response = await log.get('/v1/export?format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const [head, ...rows] = rowsOf(await response.text());
    const cell = (row: string[], name: string): string => row[head.indexOf(name)];
    const { size, root } = openCheckpoint(cell(rows[0], 'checkpoint'), around.key.verifierKey);
    expect([size, rows.length]).toEqual([SIZE, SIZE]);
    for (const [index, row] of rows.entries()) {
      const event = around.issuer.events[index];
      expect(cell(row, 'event')).toBe(canonical(event));
      const proof = cell(row, 'proof').split(' ');
      const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
      expect(rootFromInclusion(index, size, leafHashOf(event), hashes)).toEqual(root);
    }
    expect(cell(rows[0], 'actor')).toBe(`'=HYPERLINK("http://evil.example")`);
  });

  it('knows no other format but NDJSON, and says so', async () => {
    const response = await log.get('/v1/export?format=xml');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'query-invalid', detail: expect.stringContaining('format: ') },
    ]);
  });
});
