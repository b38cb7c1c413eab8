import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Spool } from './spool.js';
import { SpoolReader } from './spool-reader.js';
import { SpoolInUse } from './spool-lock.js';

const MIB = 1024 * 1024;
const logger = { error() {}, warn() {} };

describe('Spool', () => {
  let dir: string;
  const open = (maxBytes = 64 * MIB) => Spool.open({ dir, maxBytes, gatewayId: undefined, logger });
  const segments = () => readdirSync(dir).filter((name) => name.endsWith('.ndjson'));
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'spool-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('closes a batch at a thousand records, and a smaller one after a moment', async () => {
    const spool = open();
    add(spool, 2_500);
    expect(spool.lastBatch).toBe(2);
    await eventually(() => expect(spool.lastBatch).toBe(3));
    const reader = new SpoolReader(spool);
    const markers = [];
    for (const batch of [1, 2, 3]) markers.push((await reader.read(batch))!.marker);
    await reader.close();
    expect(markers.map(({ from, to }) => [from, to])).toEqual([
      [1, 1_000],
      [1_001, 2_000],
      [2_001, 2_500],
    ]);
  });

  it('closes a batch that is large before it is long', () => {
    const spool = open();
    add(spool, 50, 'default', 'x'.repeat(10_000));
    expect(spool.lastBatch).toBe(1);
  });

  it('goes on counting after a restart; what was open becomes a batch of its own', async () => {
    const first = open();
    add(first, 1_005);
    const again = open();
    expect(again.streamId).toBe(first.streamId);
    expect(again.lastBatch).toBe(2);
    add(again, 3, 'acme');
    again.close();
    expect(await allSeqs(again)).toEqual(Array.from({ length: 1_008 }, (_, i) => i + 1));
  });

  it('cuts a torn last line off', async () => {
    const first = open();
    add(first, 3);
    appendFileSync(join(dir, segments()[0]), '{"tenant":"default","seq":4,"pad');
    const again = open();
    add(again, 1);
    again.close();
    expect(await allSeqs(again)).toEqual([1, 2, 3, 4]);
  });

  it('finds any batch again, also backwards and over segments', async () => {
    const spool = open();
    for (let i = 0; i < 40; i++) add(spool, 1_000, i % 2 ? 'acme' : 'default', 'x'.repeat(300));
    expect(segments().length).toBeGreaterThan(1);
    const reader = new SpoolReader(spool);
    for (const batch of [40, 1, 25, 24, 26, 39, 2])
      expect((await reader.read(batch))!.marker.batch).toBe(batch);
    await reader.close();
    expect(await allSeqs(spool)).toEqual(Array.from({ length: 40_000 }, (_, i) => i + 1));
  });

  it('deletes a segment only when analytics holds its last batch', () => {
    const spool = open();
    while (segments().length < 3) add(spool, 1_000, 'default', 'x'.repeat(300));
    const second = Number(segments()[1].slice(0, 16));
    spool.trim(second - 2);
    expect(segments()).toHaveLength(3);
    spool.trim(second - 1);
    expect(segments()).toHaveLength(2);
    expect(spool.oldestBatch).toBe(second);
    spool.trim(spool.lastBatch);
    expect(segments()).toHaveLength(1);
  });

  it('keeps its count even when everything before was trimmed', () => {
    const spool = open();
    while (segments().length < 2) add(spool, 1_000, 'default', 'x'.repeat(300));
    spool.close();
    const { lastBatch } = spool;
    spool.trim(lastBatch);
    expect(open().lastBatch).toBe(lastBatch);
  });

  it('drops the oldest records past its bound, and counts them', async () => {
    const spool = open(20 * MIB);
    for (let i = 0; i < 120; i++) add(spool, 1_000, 'default', 'x'.repeat(300));
    spool.close();
    expect(spool.bytes).toBeLessThan(29 * MIB);
    const seqs = await allSeqs(spool);
    expect(seqs[0]).toBe(spool.dropped + 1);
    expect(seqs.at(-1)).toBe(120_000);
    expect(await new SpoolReader(spool).read(1)).toBeUndefined();
  });

  it('serves on when the disk is full, counts what it lost, and leaves a hole in the count', async () => {
    const first = open();
    add(first, 2);
    first.close();
    // /dev/full refuses every write with ENOSPC.
    const path = join(dir, segments()[0]);
    const whole = readFileSync(path);
    const fd = openSync('/dev/full', 'r+');
    const spool = open();
    const real = Reflect.get(spool, 'fd') as number;
    Reflect.set(spool, 'fd', fd);
    add(spool, 5);
    expect(spool.dropped).toBe(5);
    Reflect.set(spool, 'fd', real);
    closeSync(fd);
    expect(statSync(path).size).toBe(whole.length);
    add(spool, 1);
    spool.close();
    expect(await allSeqs(spool)).toEqual([1, 2, 8]);
    const reader = new SpoolReader(spool);
    expect((await reader.read(2))!.marker).toMatchObject({ from: 3, to: 8 });
    await reader.close();
  });

  it('gives no number out again when it was killed while the disk was full', async () => {
    const spool = open();
    add(spool, 2);
    const fd = openSync('/dev/full', 'r+');
    Reflect.set(spool, 'fd', fd);
    add(spool, 5); // and nothing more is heard of it
    const next = open();
    closeSync(fd);
    add(next, 1);
    next.close();
    expect(await allSeqs(next)).toEqual([1, 2, 8]);
  });

  it('is used by one gateway at a time', () => {
    open();
    // Another living process holds it: the one that runs this test's parent.
    const start = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    writeFileSync(
      join(dir, 'lock'),
      `${process.ppid} ${start.slice(start.lastIndexOf(')') + 2).split(' ')[19]}\n`,
    );
    expect(() => open()).toThrow(SpoolInUse);
    writeFileSync(join(dir, 'lock'), '999999 1\n');
    expect(() => open()).not.toThrow();
  });

  it('is private', () => {
    open();
    expect(statSync(dir).mode & 0o077).toBe(0);
  });
});

function add(spool: Spool, count: number, tenant = 'default', padding = ''): void {
  for (let i = 0; i < count; i++)
    spool.append(tenant, JSON.stringify({ tenant, seq: spool.nextSeq(), padding }));
  spool.commit();
}

async function allSeqs(spool: Spool): Promise<number[]> {
  const reader = new SpoolReader(spool);
  const seqs: number[] = [];
  for (let batch = spool.oldestBatch; batch <= spool.lastBatch; batch++)
    for (const line of (await reader.read(batch))!.lines.toString().split('\n'))
      seqs.push((JSON.parse(line) as { seq: number }).seq);
  await reader.close();
  return seqs;
}
