import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@gatehouse/service';
import { createDatabase } from '@gatehouse/testing';
import type { TestDatabase } from '@gatehouse/testing';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { eventOf } from '../test/events.js';
import { openDatabase } from './database.js';
import { claimLog } from './log/claim-log.js';
import { leafOf } from './log/leaf.js';
import { LogStore } from './log/log-store.js';

let database: TestDatabase;
let opened: DataSource[];
beforeEach(async () => {
  opened = [];
  database = await createDatabase();
});
afterEach(async () => {
  for (const dataSource of opened) await dataSource.destroy();
  await database.drop();
});

async function open(urls: { writer: string; owner?: string }, warnings: object[] = []): Promise<DataSource> {
  const logger = createLogger('audit', 'silent');
  logger.warn = (context: object) => void warnings.push(context);
  const config = { DATABASE_URL: urls.writer, MIGRATION_DATABASE_URL: urls.owner, DATABASE_POOL: 3 };
  const dataSource = await openDatabase(config, logger);
  opened.push(dataSource);
  return dataSource;
}

async function logSomething(dataSource: DataSource): Promise<void> {
  await claimLog(dataSource, 'gatehouse.test/audit');
  const leaves = Array.from({ length: 600 }, (_, i) => leafOf('issuer', eventOf(i + 1, '0.0')));
  await new LogStore(dataSource).append(leaves, '7.1');
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A login of this test's own. */
async function createUser(rights = ''): Promise<{ name: string; url: string }> {
  const name = `user_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`create role ${name} login password 'secret' ${rights}`);
  const url = new URL(database.url);
  [url.username, url.password] = [name, 'secret'];
  return { name, url: url.href };
}

const FORBIDDEN = [
  "update leaves set actor = 'x'",
  'update leaves set canonical = null',
  "select expire_bodies('run', 0, 10)",
  'delete from leaves where index = 3',
  'delete from legal_holds',
  "update retention_policies set rules = '[]'",
  'truncate leaves',
  'update tiles set summit = hashes',
  'delete from checkpoints',
  "update log set origin = 'x'",
  "update issuer_positions set position = '0.0'",
  'alter table leaves disable trigger all',
  'drop table leaves',
  'create table leaves_of_mine ()',
  'select from migrations',
];

async function expectOnlyAdditions(dataSource: DataSource): Promise<void> {
  for (const statement of FORBIDDEN)
    await expect(dataSource.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  const [{ leaves }] = await dataSource.query<{ leaves: number }[]>(
    'select count(*)::int leaves from leaves',
  );
  expect(leaves).toBe(600);
}

describe('the retention', () => {
  it('may have bodies expire by one function, and not so much as read anything', async () => {
    const dataSource = await open({ writer: database.url });
    await logSomething(dataSource);
    const url = new URL(database.url);
    url.searchParams.set('options', '-c search_path=audit -c role=gatehouse_audit_retention');
    const client = new Client({ connectionString: url.href });
    await client.connect();
    for (const statement of [
      ...FORBIDDEN,
      'select * from leaves',
      "insert into legal_hold_lifts values ('a', 'b', 'c')",
    ])
      if (!statement.includes('expire_bodies'))
        await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
    await expect(client.query("select expire_bodies('run', 0, 10)")).rejects.toThrow(
      'no entry says that the run "run" began',
    );
    await client.end();
  });
});

describe('the writer', () => {
  it('may read and insert, nothing else, although its database user may do everything', async () => {
    const dataSource = await open({ writer: database.url });
    await logSomething(dataSource);
    await expectOnlyAdditions(dataSource);
  });

  it('may read and insert, nothing else, as a user of its own beside the one that migrates', async () => {
    const writer = await createUser();
    const dataSource = await open({ writer: writer.url, owner: database.url });
    await logSomething(dataSource);
    await expectOnlyAdditions(dataSource);
    await dataSource.query('reset role'); // on one connection of the pool: even so, it has nothing more
    await expectOnlyAdditions(dataSource);
  });

  it('works with all rights of its user, and says so, where the database lets it create no role', async () => {
    const owner = await createUser();
    await asSuperuser(`grant create on database ${new URL(database.url).pathname.slice(1)} to ${owner.name}`);
    const warnings: object[] = [];
    const dataSource = await open({ writer: owner.url }, warnings);
    await logSomething(dataSource);
    expect(warnings).toEqual([expect.objectContaining({ role: 'gatehouse_audit_writer', user: owner.name })]);
  });
});
