import { EventEmitter, once } from 'node:events';
import { createDatabase } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JoiningDataSource } from '../src/index.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
let db: JoiningDataSource;
beforeAll(async () => {
  database = await createDatabase();
  db = await new JoiningDataSource({ type: 'postgres', url: database.url, poolSize: 3 }).initialize();
  await db.query('create table thing (n int primary key)');
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const add = (n: number) => db.query('insert into thing values ($1)', [n]);
const addInTransaction = (n: number) =>
  db.transaction((manager) => manager.query('insert into thing values ($1)', [n]));
const things = async () =>
  (await db.query<{ n: number }[]>('select n from thing order by n')).map((row) => row.n);

describe('JoiningDataSource', () => {
  it('makes queries and transactions that know nothing of each other one transaction', async () => {
    const failing = db.asOne(async () => {
      await add(1);
      await addInTransaction(2);
      await db.asOne(() => add(3));
      expect(await things()).toEqual([1, 2, 3]);
      throw new Error('given up');
    });
    await expect(failing).rejects.toThrow('given up');
    expect(await things()).toEqual([]);
  });

  it('undoes an inner transaction alone', async () => {
    await db.asOne(async () => {
      await addInTransaction(10);
      await expect(addInTransaction(10)).rejects.toThrow('duplicate key');
      await addInTransaction(11);
    });
    expect(await things()).toEqual([10, 11]);
  });

  it('keeps what happens beside it apart', async () => {
    const gate = new EventEmitter();
    const whole = db.asOne(async () => {
      await add(20);
      gate.emit('added');
      await once(gate, 'end');
    });
    await once(gate, 'added');
    expect(await things()).not.toContain(20);
    gate.emit('end');
    await whole;
    expect(await things()).toContain(20);
  });

  it('does what was put off only after the commit, and never when there was none', async () => {
    const done: string[] = [];
    await db.afterCommit(() => void done.push('at once'));
    await db.asOne(async () => {
      await db.afterCommit(async () => void done.push(`committed ${(await things()).includes(30)}`));
      await add(30);
      expect(done).toEqual(['at once']);
    });
    await db
      .asOne(async () => {
        await db.afterCommit(() => void done.push('never'));
        throw new Error('given up');
      })
      .catch(() => undefined);
    expect(done).toEqual(['at once', 'committed true']);
  });

  it('sends queries that are asked for at once one after the other, also after one that fails', async () => {
    const most = { underWay: 0, ever: 0 };
    const statuses = await db.asOne(async () => {
      const client: { query: (...asked: unknown[]) => Promise<unknown> } = await db
        .createQueryRunner()
        .connect();
      const send = client.query.bind(client);
      client.query = (...asked) => {
        most.ever = Math.max(most.ever, ++most.underWay);
        return send(...asked).finally(() => most.underWay--);
      };
      await db.query('savepoint here');
      const asked = await Promise.allSettled([add(40), add(40), db.query('rollback to here'), add(41)]);
      client.query = send;
      return asked.map(({ status }) => status);
    });
    expect([statuses, most.ever]).toEqual([['fulfilled', 'rejected', 'fulfilled', 'fulfilled'], 1]);
    expect(await things()).toContain(41);
  });

  it('gives its connection back, whatever happens', async () => {
    for (let i = 0; i < 10; i++) await db.asOne(() => db.query('select nonsense')).catch(() => undefined);
    expect(await Promise.all([1, 2, 3].map(() => db.query('select 1 as one')))).toHaveLength(3);
  });
});
