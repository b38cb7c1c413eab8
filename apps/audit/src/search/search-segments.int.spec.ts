import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@gatehouse/service';
import { createDatabase } from '@gatehouse/testing';
import type { TestDatabase } from '@gatehouse/testing';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../database.js';
import { SEGMENT } from './segment.js';
import { SearchSegments } from './search-segments.js';
import type { SearchTable } from './search-segments.js';

let database: TestDatabase;
let log: DataSource;
let segments: SearchSegments;

beforeAll(async () => {
  database = await createDatabase();
  log = await openDatabase({ DATABASE_URL: database.url, DATABASE_POOL: 2 }, createLogger('audit', 'silent'));
  segments = new SearchSegments(log);
});

afterAll(async () => {
  await log.destroy();
  await database.drop();
});

const add = (table: SearchTable, index: number) =>
  log.query(
    `insert into ${table} (index, at, type, tenant, actor, outcome, words, terms)
     values ($1, now(), 'sample.happened.v1', 'acme', 'user:usr_1', 'success', ' ', '{}')`,
    [index],
  );

const found = async (): Promise<number[]> => {
  const rows = await log.query<{ index: string }[]>('select index from search order by index');
  return rows.map(({ index }) => Number(index));
};

describe('a segment of the search', () => {
  it('that has far to go is filled first, and found once it is full', async () => {
    expect(await segments.placeOf(0, SEGMENT + 5)).toEqual({ table: 'search_filling', from: 0 });
    await add('search_filling', 0);
    expect(await segments.added(1, SEGMENT + 5)).toBe(false);
    expect(await found()).toEqual([]);
    expect(await segments.placeOf(0, SEGMENT + 5)).toEqual({ table: 'search_filling', from: 1 });
    await add('search_filling', SEGMENT - 1);
    expect(await segments.added(SEGMENT, SEGMENT + 5)).toBe(true);
    expect(await found()).toEqual([0, SEGMENT - 1]);
  });

  it('that has not is there for every row at once', async () => {
    expect(await segments.placeOf(SEGMENT, SEGMENT + 5)).toEqual({ table: 'search', from: SEGMENT });
    await add('search', SEGMENT);
    expect(await segments.added(SEGMENT + 1, SEGMENT + 5)).toBe(true);
    expect(await segments.placeOf(SEGMENT + 1, 2 * SEGMENT)).toEqual({ table: 'search', from: SEGMENT + 1 });
    expect(await found()).toEqual([0, SEGMENT - 1, SEGMENT]);
  });

  it('is never begun anew while anything is found in it', async () => {
    await expect(segments.placeOf(SEGMENT, 2 * SEGMENT)).rejects.toThrow('segment 1 of the search is in use');
    expect(await found()).toEqual([0, SEGMENT - 1, SEGMENT]);
  });

  it('takes no row of another', async () => {
    await segments.placeOf(2 * SEGMENT, 3 * SEGMENT);
    await add('search_filling', 3 * SEGMENT);
    await expect(segments.added(3 * SEGMENT, 3 * SEGMENT)).rejects.toThrow('violated by some row');
    expect(await segments.placeOf(2 * SEGMENT, 3 * SEGMENT)).toEqual({
      table: 'search_filling',
      from: 2 * SEGMENT,
    });
    expect(await log.query('select index from search_filling')).toEqual([]);
  });
});
