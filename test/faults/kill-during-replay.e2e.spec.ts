import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { nodeHash, openNote, parseCheckpoint, parseNoteVerifier } from '@gatehouse/tlog';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gatehouse } from '../e2e/gatehouse.js';

const LINES = 2_000;
const CLIENTS = 40;
/** The log spans this long, and is replayed fifty times as fast: eight seconds. */
const SPAN_SECONDS = 400;
const SPEED = '50';

let system: Gatehouse;
let folder: string;
let log: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-faults-'));
  log = join(folder, 'access.log');
  await writeFile(log, accessLog());
  system = await Gatehouse.start();
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Many requests of a few clients, with the statuses of an ordinary day. */
function accessLog(): string {
  const statuses = [200, 200, 200, 200, 206, 301, 304, 404, 500];
  const line = (i: number) =>
    `198.51.100.${i % CLIENTS} - - [22/Nov/2026:10:${clock((i * SPAN_SECONDS) / LINES)} +0000] "GET /page/${i} HTTP/1.1" ` +
    `${statuses[i % statuses.length]} ${i % 5_000} "-" "fault-test/1.0"\n`;
  return Array.from({ length: LINES }, (_, i) => line(i)).join('');
}

const clock = (seconds: number): string =>
  [seconds / 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

interface Report {
  answered: Record<string, number>;
  recorded: Record<string, number>;
  knownMissing: number;
  retries: number;
}

async function replayWhile(fault: () => Promise<void>): Promise<Report> {
  let hit: Promise<void> | undefined;
  const { stdout, stderr } = await system.command(
    ['replay', log, '--json', '--keep-tokens', '--speed', SPEED, '--patience', '60'],
    (child) => {
      child.stderr?.on('data', (data: Buffer) => {
        const sent = Number(/sending: (\d+)\//.exec(data.toString())?.[1] ?? 0);
        if (sent > 0 && sent < LINES) hit ??= fault();
      });
    },
  );
  expect({ hit: hit !== undefined, stderr }).toMatchObject({ hit: true });
  await hit;
  return JSON.parse(stdout) as Report;
}

/** Every event of the issuer is a leaf, once, and the leaves make the signed root. */
async function expectWholeLog(): Promise<void> {
  await eventually(
    async () => {
      const verifierKey = await logKey();
      const issued = await eventIds();
      const leaves: { eventId: string; leafHash: string }[] = [];
      for await (const leaf of system.audit.entries()) leaves.push(leaf);
      const logged = leaves.map((leaf) => leaf.eventId);
      expect(new Set(logged).size).toBe(logged.length);
      expect(logged.filter((id) => issued.has(id))).toHaveLength(issued.size);
      const note = openNote(await system.audit.checkpoint(), [parseNoteVerifier(verifierKey)]);
      const { size, root } = parseCheckpoint(note.text);
      expect(size).toBe(leaves.length);
      const hashes = leaves.map((leaf) => Buffer.from(leaf.leafHash, 'base64'));
      expect(Buffer.from(rootOf(hashes))).toEqual(Buffer.from(root));
    },
    { timeoutMs: 30_000, everyMs: 500 },
  );
}

/** RFC 9162 §2.1.1, as written there: split at the largest power of two below the size. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0];
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

async function logKey(): Promise<string> {
  const headers = { authorization: `Bearer ${system.run.adminToken}` };
  const response = await fetch(`${system.run.audit.url}/v1/log`, { headers });
  return ((await response.json()) as { verifierKey: string }).verifierKey;
}

async function eventIds(): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after = '0.0'; ; ) {
    const { events, next } = await system.issuer.feed(after, 1000);
    for (const event of events) ids.add(String(event.id));
    if (events.length === 0) return ids;
    after = next;
  }
}

/** A gateway that is killed between spool and socket has recorded an answer its client never saw; never the reverse. */
function expectNothingLost({ answered, recorded, knownMissing }: Report): void {
  expect(knownMissing).toBe(0);
  const lost = Object.entries(answered).filter(([status, count]) => (recorded[status] ?? 0) < count);
  expect(lost).toEqual([]);
  expect(Object.values(answered).reduce((a, b) => a + b, 0)).toBe(LINES);
}

describe('SIGKILL in the middle of a replay', () => {
  it.each(['issuer', 'audit', 'analytics', 'nats'])(
    'of %s loses no token, no leaf and no record',
    async (part) => {
      const report = await replayWhile(() => system.kill(part));
      expectNothingLost(report);
      expect(report.recorded).toEqual(report.answered);
      await expectWholeLog();
    },
    180_000,
  );

  it('of the gateway loses no record of an answer that was given', async () => {
    const report = await replayWhile(() => system.kill('gateway'));
    expect(report.retries).toBeGreaterThan(0);
    expectNothingLost(report);
    await expectWholeLog();
  }, 180_000);
});
