import { Client } from 'pg';
import { describe, expect, it } from '@jest/globals';
import { query } from './accepts-queries.js';
import { createDatabase } from './create-database.js';
import { startPostgres } from './start-postgres.js';

async function answerOf(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  it('keeps committed rows over a SIGKILL when it is durable', async () => {
    const postgres = await startPostgres({ durable: true });
    try {
      await query(postgres.url, 'create table kept as select 42 as answer');
      await postgres.kill();
      await expect(query(postgres.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
      await postgres.restart();
      expect(await answerOf(postgres.url, 'select answer from kept')).toBe(42);
    } finally {
      await postgres.stop();
    }
  });
});

describe('createDatabase', () => {
  it('gives each caller a database of its own in one server, and takes it away again', async () => {
    const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
    await query(one.url, 'create table mine ()');
    expect(await answerOf(other.url, "select to_regclass('mine')")).toBeNull();
    expect(new URL(other.url).port).toBe(new URL(one.url).port);
    await one.drop();
    await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
    await other.drop();
  });
});
