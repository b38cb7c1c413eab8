import { createDatabase } from '@gatehouse/testing';
import { DataSource } from 'typeorm';
import { CreateEventStore1700000000000 } from '../src/index.js';

/** A fresh event store in the run's Postgres. */
export async function openStore() {
  const database = await createDatabase();
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    poolSize: 25,
    migrations: [CreateEventStore1700000000000],
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
