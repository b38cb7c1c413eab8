import { createDatabase } from '@gatehouse/testing';
import { DataSource } from 'typeorm';
import { eventStoreMigrations } from '../src/index.js';

/** A fresh event store in the run's Postgres. */
export async function openStore() {
  const database = await createDatabase();
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    poolSize: 25,
    migrations: [...eventStoreMigrations],
  });
  await dataSource.initialize();
  await dataSource.runMigrations();
  return {
    dataSource,
    url: database.url,
    async close() {
      await dataSource.destroy();
      await database.drop();
    },
  };
}
