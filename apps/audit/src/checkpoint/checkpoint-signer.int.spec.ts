import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@gatehouse/service';
import { eventually } from '@gatehouse/testing';
import { generateNoteKey } from '@gatehouse/tlog';
import { openDatabase } from '../database.js';
import { CheckpointStore } from './checkpoint-store.js';
import { SplitView } from './split-view.js';
import { leafOf } from '../log/leaf.js';
import { LogStore } from '../log/log-store.js';
import { leafHashOf, rootFromInclusion, rootsFromConsistency } from '../../test/rfc-verifier.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;

beforeEach(async () => {
  around = await startSurroundings();
});

afterEach(() => around.stop());

const openLog = () =>
  openDatabase({ DATABASE_URL: around.database.url, DATABASE_POOL: 3 }, createLogger('audit', 'silent'));

/** With the triggers out of the way, as only the database's owner can. */
const tamper = (statement: string) =>
  around.sql(`begin; set local session_replication_role = replica; ${statement}; commit`);

const halted = (log: LogReader) =>
  eventually(async () => {
    expect(await log.text('/metrics')).toContain('gatehouse_audit_halted{part="checkpoint"} 1');
  });

describe('a checkpoint', () => {
  it('of the empty log is there from the start', async () => {
    const log = LogReader.of(await around.audit(), around);
    const { root } = await log.covers(0);
    expect(root.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('covers what was appended just before the process died', async () => {
    const { issuer } = around;
    const first = await around.audit();
    issuer.commitMany(5);
    const before = await LogReader.of(first, around).covers(5);
    await first.stop();
    // The transaction committed; neither the checkpoint nor the follower's memory of it came about.
    const lost = issuer.commitMany(4);
    const database = await openLog();
    const leaves = lost.map((event) => leafOf('issuer', event));
    await new LogStore(database).append(leaves, lost[3].position);
    await database.destroy();
    const log = LogReader.of(await around.audit(), around);
    const { root } = await log.covers(9);
    const { proof } = await log.inclusion(7, 9);
    expect(rootFromInclusion(7, 9, leafHashOf(lost[2]), proof)).toEqual(root);
    const roots = rootsFromConsistency(5, 9, before.root, await log.consistency(5, 9));
    expect(roots).toEqual({ before: before.root, after: root });
  });

  it('is stored before it is shown, and is consistent with every other, while leaves pour in', async () => {
    const { issuer, nats } = around;
    const log = LogReader.of(await around.audit(), around);
    for (let i = 0; i < 12; i++) {
      issuer.relay(nats, issuer.commitMany(97));
      const shown = await log.covers(issuer.events.length);
      const [stored] = await around.sql('select root from audit.checkpoints where size = $1', [shown.size]);
      expect(stored.root).toEqual(shown.root);
    }
    const signed = await around.sql('select size::int, root from audit.checkpoints order by size');
    const checkpoints = signed as { size: number; root: Buffer }[];
    for (const [i, newer] of checkpoints.entries())
      for (const older of checkpoints.slice(0, i).filter(({ size }) => size > 0)) {
        const proof = await log.consistency(older.size, newer.size);
        const roots = rootsFromConsistency(older.size, newer.size, older.root, proof);
        expect(roots).toEqual({ before: older.root, after: newer.root });
      }
  });

  it('is withheld, with an alarm, once a leaf’s hash was changed behind it', async () => {
    const { issuer, nats } = around;
    issuer.commitMany(300);
    const log = LogReader.of(await around.audit(), around);
    const before = await log.covers(300);
    await tamper(`update audit.leaves set leaf_hash = set_byte(leaf_hash, 7, 1 + get_byte(leaf_hash, 7) % 255)
                  where index = 258`);
    issuer.relay(nats, issuer.commitMany(5));
    await halted(log);
    expect(await log.checkpoint()).toEqual(before);
    expect(await log.entries()).toHaveLength(300); // what no checkpoint covers is not shown
    expect(await (await log.get('/health/ready')).text()).toContain('no longer has the root that was signed');
  });

  it('is withheld, with an alarm, once the log was cut', async () => {
    const { issuer } = around;
    issuer.commitMany(20);
    const first = await around.audit();
    await LogReader.of(first, around).covers(20);
    await first.stop();
    await tamper('delete from audit.leaves where index >= 15');
    const log = LogReader.of(await around.audit(), around);
    await halted(log);
    expect((await log.checkpoint()).size).toBe(20);
  });

  it('is not signed under another log’s name', async () => {
    const first = await around.audit();
    await first.stop();
    around.environment.AUDIT_SIGNING_KEY = generateNoteKey('gatehouse.test/other').privateKey;
    await expect(around.audit()).rejects.toThrow(
      'AUDIT_SIGNING_KEY: is named "gatehouse.test/other", but this database holds the log of "gatehouse.test/audit"',
    );
  });
});

describe('the store of checkpoints', () => {
  it('takes the same root for a size again, and no other', async () => {
    const dataSource = await openLog();
    const store = new CheckpointStore(dataSource);
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    await store.save({ size: 7, root: one, note: 'first', keyId: 'a' });
    await store.save({ size: 7, root: one, note: 'signed by a newer key', keyId: 'b' });
    await expect(store.save({ size: 7, root: other, note: 'other', keyId: 'a' })).rejects.toThrow(SplitView);
    expect(await store.latest()).toEqual({ size: 7, root: one, note: 'signed by a newer key' });
    await dataSource.destroy();
  });
});

describe('the tables', () => {
  it('refuse to change, delete or replace what was logged', async () => {
    around.issuer.commitMany(300); // more than one tile
    await LogReader.of(await around.audit(), around).covers(300);
    const refused = [
      "update audit.leaves set canonical = '{}' where index = 1",
      'delete from audit.leaves',
      'truncate audit.leaves',
      'delete from audit.tiles',
      "update audit.checkpoints set root = decode(repeat('00', 32), 'hex') where size = 300",
      "insert into audit.checkpoints select size, decode(repeat('00', 32), 'hex'), note, signed_at, 'k' from audit.checkpoints where size = 300",
      'delete from audit.checkpoints',
      "update audit.issuer_positions set position = '9.9'",
      "update audit.log set origin = 'other'",
    ];
    for (const statement of refused) {
      const refusal = around.sql(statement).then(
        () => `done: ${statement}`,
        (error: unknown) => String(error),
      );
      expect(await refusal).toMatch(/append-only|has its root already/);
    }
  });
});
