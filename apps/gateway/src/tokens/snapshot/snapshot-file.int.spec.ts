import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KeptApi, PublishedApis } from '../../publishing/published-apis.js';
import { TokenChanges } from '../token-changes.js';
import { fromBootInstant, toBootInstant } from './boot-instant.js';
import { readSnapshot, SnapshotDamaged, snapshotKey, writeSnapshot } from './snapshot-file.js';

const KEY = snapshotKey('service token');
const API: KeptApi = ['api_1', 'acme', '3.3', { apiId: 'api_1', name: 'Ördërs\n' }];
const PLACE = { id: 'evt_9', position: '9.9', preceding: '8.8' };

describe('a snapshot of the revocations', () => {
  let dir: string;
  let path: string;
  let changes: TokenChanges;
  let published: PublishedApis;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'snapshot-'));
    path = join(dir, 'revocations.snapshot');
    changes = new TokenChanges(2);
    for (const [i, kind] of (['changed', 'suspended', 'revoked'] as const).entries())
      changes.add(`tok "${i}"\n`, { kind, position: `${i + 1}.${i + 1}`, atMs: 1_000 * i });
    published = new PublishedApis();
    published.restore([API]);
    await writeSnapshot(path, KEY, { changes, published }, { place: PLACE });
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('comes back as it was, what was forgotten included', () => {
    const snapshot = readSnapshot(path, KEY)!;
    const restored = new TokenChanges();
    restored.restore(snapshot.changes, snapshot.forgotten);
    expect([...restored]).toEqual([...changes]);
    expect(restored.forgottenUpTo).toEqual({ position: '1.1', atMs: 0 });
    expect(restored.isCurrent('tok unheard of', '0.9')).toBe(false);
    expect(snapshot.apis).toEqual([API]);
    expect(snapshot.place).toEqual(PLACE);
  });

  it('is not believed when any one byte of it is another', async () => {
    const bytes = await readFile(path);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(i) ^ 1, i);
      await writeFile(path, damaged);
      expect(() => readSnapshot(path, KEY)).toThrow(SnapshotDamaged);
    }
  });

  it('is not believed when it was cut off anywhere', async () => {
    const bytes = await readFile(path);
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(path, bytes.subarray(0, length));
      expect(() => readSnapshot(path, KEY)).toThrow(SnapshotDamaged);
    }
  });

  it('is not believed under another key', () => {
    expect(() => readSnapshot(path, snapshotKey('another token'))).toThrow(SnapshotDamaged);
  });

  it('need not be there', () => {
    expect(readSnapshot(join(dir, 'nothing'), KEY)).toBeUndefined();
  });
});

describe('an instant since the machine was started', () => {
  it('means the same when it is read back', async () => {
    const at = performance.now() - 5_000;
    // Two clocks are read one after the other, and something else may run in between.
    await eventually(() => expect(Math.abs(fromBootInstant(toBootInstant(at)) - at)).toBeLessThan(50));
  });

  it('means nothing after another start, or when it lies ahead', () => {
    const now = toBootInstant(performance.now())!;
    expect(fromBootInstant({ ...now, boot: 'another' })).toBe(Number.NEGATIVE_INFINITY);
    expect(fromBootInstant({ ...now, uptimeMs: now.uptimeMs + 60_000 })).toBe(Number.NEGATIVE_INFINITY);
    expect(fromBootInstant(undefined)).toBe(Number.NEGATIVE_INFINITY);
    expect(toBootInstant(Number.NEGATIVE_INFINITY)).toBeUndefined();
  });
});
