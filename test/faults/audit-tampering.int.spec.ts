import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runGatehouse } from '@gatehouse/cli';
import { createLogger } from '@gatehouse/service';
import { createDatabase } from '@gatehouse/testing';
import type { TestDatabase } from '@gatehouse/testing';
import { formatCheckpoint, generateNoteKey, parseNoteSigner, signNote } from '@gatehouse/tlog';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { CheckpointSigner } from '../../apps/audit/src/checkpoint/checkpoint-signer.js';
import { CheckpointStore } from '../../apps/audit/src/checkpoint/checkpoint-store.js';
import { openDatabase } from '../../apps/audit/src/database.js';
import { LogEntries } from '../../apps/audit/src/entries/log-entries.js';
import { LogExport } from '../../apps/audit/src/export/log-export.js';
import { claimLog } from '../../apps/audit/src/log/claim-log.js';
import { leafOf } from '../../apps/audit/src/log/leaf.js';
import { LogStore } from '../../apps/audit/src/log/log-store.js';
import { eventOf } from '../../apps/audit/test/events.js';
import { leafHashOf, naiveRoot } from '../../apps/audit/test/rfc-verifier.js';
import { seeded, type Random } from './seeded.js';

const TAMPERINGS = 1_000;
const SIZE = 45;
/** The log signed at each of these, and somebody kept the two of KEPT. */
const SIGNED = [6, 20, 29, 37, SIZE];
const KEPT = [20, SIZE];

interface LeafRow {
  index: number;
  event_id: string;
  actor: string;
  canonical: string;
  leaf_hash: string;
  [column: string]: unknown;
}

interface CheckpointRow {
  size: number;
  root: string;
  note: string;
  [column: string]: unknown;
}

/** What the database holds, for a superuser to do with as he likes. */
interface Tables {
  leaves: LeafRow[];
  checkpoints: CheckpointRow[];
}

const key = generateNoteKey('gatehouse.test/audit');
const signer = parseNoteSigner(key.privateKey);

let database: TestDatabase;
/** One connection, whose open transaction all that read through it see. */
let superuser: DataSource;
let honest: Tables;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-tampering-'));
  database = await createDatabase();
  await writeLog();
  superuser = await new DataSource({
    type: 'postgres',
    url: database.url,
    poolSize: 1,
    extra: { options: '-c search_path=audit' },
  }).initialize();
  honest = await readTables();
  const kept = honest.checkpoints.filter(({ size }) => KEPT.includes(size));
  await writeFile(join(folder, 'kept.txt'), kept.map(({ note }) => note).join(''));
});

afterAll(async () => {
  await superuser.destroy();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function writeLog(): Promise<void> {
  const writer = await openDatabase(
    { DATABASE_URL: database.url, DATABASE_POOL: 3 },
    createLogger('audit', 'silent'),
  );
  await claimLog(writer, signer.name);
  const checkpoints = new CheckpointSigner(writer, new CheckpointStore(writer), signer);
  for (const [i, size] of SIGNED.entries()) {
    const from = SIGNED[i - 1] ?? 0;
    const events = Array.from({ length: size - from }, (_, n) => eventOf(from + n + 1, '0.0'));
    await new LogStore(writer).append(events.map((event) => leafOf('issuer', event)));
    await checkpoints.sign();
  }
  await writer.destroy();
}

async function rowsOf<Row>(table: string, order: string): Promise<Row[]> {
  const [{ rows }] = await superuser.query<{ rows: Row[] }[]>(
    `select json_agg(t order by ${order}) as rows from ${table} t`,
  );
  return rows;
}

async function readTables(): Promise<Tables> {
  return { leaves: await rowsOf('leaves', 'index'), checkpoints: await rowsOf('checkpoints', 'size') };
}

/** Writes the tables over with all triggers out of the way, and exports what the log shows then; nothing of it stays. */
async function exportOf({ leaves, checkpoints }: Tables): Promise<string> {
  await superuser.query('begin');
  try {
    await superuser.query(
      'set local session_replication_role = replica; delete from leaves; delete from checkpoints',
    );
    const fill = 'select * from json_populate_recordset';
    await superuser.query(`insert into leaves ${fill}(null::leaves, $1)`, [JSON.stringify(leaves)]);
    await superuser.query(`insert into checkpoints ${fill}(null::checkpoints, $1)`, [
      JSON.stringify(checkpoints),
    ]);
    let text = '';
    const log = new LogExport(new LogEntries(superuser), new CheckpointStore(superuser), signer);
    for await (const page of log.pages()) text += page;
    return text;
  } finally {
    await superuser.query('rollback');
  }
}

type Verdict = { sound: boolean; reason?: string; entry?: number; lastEntry?: number };

async function verify(text: string): Promise<{ exitCode: number; verdict: Verdict }> {
  let printed = '';
  const out = new Writable({ write: (chunk, _, done) => ((printed += String(chunk)), done()) });
  await writeFile(join(folder, 'log.ndjson'), text);
  const exitCode = await runGatehouse(
    [
      'audit',
      'verify',
      join(folder, 'log.ndjson'),
      '--key',
      key.verifierKey,
      '--checkpoint',
      join(folder, 'kept.txt'),
      '--json',
    ],
    { env: {}, terminal: { out, err: out, interactive: false, signal: new AbortController().signal } },
  );
  return { exitCode, verdict: JSON.parse(printed) as Verdict };
}

const hex = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`;
const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');
const inOrder = (leaves: readonly LeafRow[]): LeafRow[] => leaves.map((leaf, index) => ({ ...leaf, index }));
const pick = (random: Random, below: number): number => Math.floor(random() * below);

function editedEvent(leaf: LeafRow, random: Random): LeafRow {
  const event = JSON.parse(leaf.canonical) as Record<string, unknown>;
  const changes = [
    { actor: `token:tok_${pick(random, 1e9)}` },
    { data: { ...(event.data as object), reason: 'another', edited: pick(random, 1e9) } },
    { time: new Date(pick(random, 1e12)).toISOString() },
    { tenant: `tenant-${pick(random, 1e9)}` },
  ];
  const changed: Record<string, unknown> = { ...event, ...changes[pick(random, changes.length)] };
  const { actor, tenant, time } = changed as { actor: string; tenant: string; time: string };
  return { ...leaf, canonical: JSON.stringify(changed), actor, tenant, at: time };
}

function editedLabel(leaf: LeafRow, random: Random): LeafRow {
  const labels = ['event_id', 'type', 'source', 'subject', 'tenant', 'actor', 'token'];
  return { ...leaf, [labels[pick(random, labels.length)]]: `other-${pick(random, 1e9)}` };
}

function editedHash(leaf: LeafRow, random: Random): LeafRow {
  const hash = bytesOf(leaf.leaf_hash);
  hash[pick(random, 32)] ^= 1 + pick(random, 255);
  return { ...leaf, leaf_hash: hex(hash) };
}

/** What a superuser does to the leaves. */
const TO_LEAVES: Record<string, (leaves: LeafRow[], random: Random) => LeafRow[]> = {
  'edit an event': (leaves, random) => {
    const at = pick(random, SIZE);
    return leaves.with(at, editedEvent(leaves[at], random));
  },
  'edit what an entry is found by': (leaves, random) => {
    const at = pick(random, SIZE);
    return leaves.with(at, editedLabel(leaves[at], random));
  },
  'edit a leaf hash': (leaves, random) => {
    const at = pick(random, SIZE);
    return leaves.with(at, editedHash(leaves[at], random));
  },
  'delete, leaving a gap': (leaves, random) => leaves.toSpliced(pick(random, SIZE), 1 + pick(random, 3)),
  'delete, closing the gap': (leaves, random) =>
    inOrder(leaves.toSpliced(pick(random, SIZE), 1 + pick(random, 3))),
  insert: (leaves, random) => {
    const forged = editedEvent({ ...leaves[pick(random, SIZE)], event_id: `forged-${random()}` }, random);
    return inOrder(leaves.toSpliced(pick(random, SIZE), 0, forged));
  },
  reorder: (leaves, random) => {
    const a = pick(random, SIZE - 1);
    const b = a + 1 + pick(random, SIZE - a - 1);
    return inOrder(leaves.with(a, leaves[b]).with(b, leaves[a]));
  },
  truncate: (leaves, random) => leaves.slice(0, pick(random, SIZE)),
};

/** Everything that follows from the leaves, done over; then only a checkpoint kept elsewhere can tell. */
function signedAgain(leaves: readonly LeafRow[]): Tables {
  const rehashed = leaves.map((leaf) => ({
    ...leaf,
    leaf_hash: hex(leafHashOf(JSON.parse(leaf.canonical))),
  }));
  const sizes = [...SIGNED.filter((size) => size < leaves.length), leaves.length];
  const checkpoints = sizes.map((size) => {
    const root = naiveRoot(rehashed.slice(0, size).map((leaf) => bytesOf(leaf.leaf_hash)));
    const note = signNote(formatCheckpoint({ origin: signer.name, size, root }), [signer]);
    return { ...honest.checkpoints[0], size, root: hex(root), note };
  });
  return { leaves: rehashed, checkpoints };
}

const withOldCheckpoints = (leaves: LeafRow[]): Tables => ({ leaves, checkpoints: honest.checkpoints });

/** How far the superuser goes to hide it. */
const DEPTHS: Record<string, (leaves: LeafRow[], random: Random) => Tables> = {
  'as it is': withOldCheckpoints,
  'with new leaf hashes': (leaves) => withOldCheckpoints(signedAgain(leaves).leaves),
  'signed again with the log’s key': (leaves) => signedAgain(inOrder(leaves)),
};

/** An older backup; then perhaps another history, as long as the one that was kept. */
function rolledBack(random: Random): Tables {
  const size = SIGNED[pick(random, SIGNED.length - 1)];
  const leaves = honest.leaves.slice(0, size);
  if (random() < 0.5) return { leaves, checkpoints: honest.checkpoints.filter((c) => c.size <= size) };
  const others = honest.leaves.slice(size).map((leaf) => editedEvent(leaf, random));
  return signedAgain([...leaves, ...others]);
}

function editedCheckpoint(random: Random): Tables {
  const at = pick(random, SIGNED.length);
  const { note } = honest.checkpoints[at];
  const other = honest.checkpoints[(at + 1 + pick(random, SIGNED.length - 1)) % SIGNED.length];
  const place = pick(random, note.length - 1);
  const character = note[place] === 'A' ? 'B' : 'A';
  const changed = random() < 0.5 ? other.note : note.slice(0, place) + character + note.slice(place + 1);
  return {
    ...honest,
    checkpoints: honest.checkpoints.with(at, { ...honest.checkpoints[at], note: changed }),
  };
}

interface Tampering {
  name: string;
  tables: Tables;
}

function tamperingOf(nth: number, random: Random): Tampering {
  const kinds = [...Object.keys(TO_LEAVES), 'roll back', 'edit a checkpoint'];
  const kind = kinds[nth % kinds.length];
  if (kind === 'roll back') return { name: `${nth}: ${kind}`, tables: rolledBack(random) };
  if (kind === 'edit a checkpoint') return { name: `${nth}: ${kind}`, tables: editedCheckpoint(random) };
  // A wrong leaf hash made right again is no tampering.
  const depths = Object.keys(DEPTHS).slice(0, kind === 'edit a leaf hash' ? 1 : undefined);
  const depth = depths[pick(random, depths.length)];
  const leaves = TO_LEAVES[kind](structuredClone(honest.leaves), random);
  return { name: `${nth}: ${kind}, ${depth}`, tables: DEPTHS[depth](leaves, random) };
}

/** The first place where the log is not what it was; `undefined` where all its entries are. */
function firstDifference({ leaves }: Tables): number | undefined {
  const at = honest.leaves.findIndex((leaf, i) => JSON.stringify(leaf) !== JSON.stringify(leaves[i]));
  return at < 0 ? undefined : at;
}

describe('a log that a database superuser tampered with', () => {
  it('is sound before', async () => {
    const { exitCode, verdict } = await verify(await exportOf(honest));
    expect({ exitCode, ...verdict }).toMatchObject({ exitCode: 0, sound: true, size: SIZE, kept: 2 });
  });

  it(`is found out by the kept checkpoints, ${TAMPERINGS} times of ${TAMPERINGS}, and the first bad entry named`, async () => {
    const random = seeded(20_261_122);
    const unseen: string[] = [];
    const misplaced: string[] = [];
    for (let nth = 0; nth < TAMPERINGS; nth++) {
      const { name, tables } = tamperingOf(nth, random);
      const { exitCode, verdict } = await verify(await exportOf(tables));
      if (exitCode !== 1 || verdict.sound) unseen.push(name);
      const { entry, lastEntry = entry, reason } = verdict;
      const place = firstDifference(tables);
      if (entry === undefined || place === undefined) continue;
      if (place < entry || place > (lastEntry ?? 0))
        misplaced.push(`${name}: at ${place}, said ${entry}–${lastEntry}: ${reason}`);
    }
    expect({ unseen, misplaced }).toEqual({ unseen: [], misplaced: [] });
  });

  it('is sound again afterwards: it was the tampering that was found', async () => {
    expect((await verify(await exportOf(await readTables()))).exitCode).toBe(0);
  });
});
