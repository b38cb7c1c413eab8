import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  formatCheckpoint,
  generateNoteKey,
  leafHash,
  nodeHash,
  parseNoteSigner,
  signNote,
} from '@gatehouse/tlog';
import type { Hash } from '@gatehouse/tlog';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, serve } from '@gatehouse/testing';
import { canonicalJson } from '../src/audit/verifier/canonical-json.js';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const { privateKey, verifierKey } = generateNoteKey('log.example');
const SIZE = 9;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-verify-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const eventOf = (n: number) => ({
  specversion: '1.0',
  id: `e${n}`,
  type: 'token.issued.v1',
  source: 'issuer',
  subject: `tok_${n}`,
  tenant: 'default',
  actor: 'token:tok_admin',
  time: '2026-01-01T00:00:00.000Z',
  data: { tokenId: `tok_${n}`, name: 'a\u2028b “é” \u{1F511}' },
});
type Event = ReturnType<typeof eventOf>;
const EVENTS = Array.from({ length: SIZE }, (_, n) => eventOf(n));

const entryOf = (event: Event, index: number) => ({
  kind: 'entry',
  index,
  leafHash: Buffer.from(leafHash(canonicalJson(event))).toString('base64'),
  eventId: event.id,
  type: event.type,
  source: event.source,
  subject: event.subject,
  tenant: event.tenant,
  actor: event.actor,
  token: event.data.tokenId,
  at: event.time,
  event,
});

/** MTH of RFC 9162 §2.1.1, by its definition. */
function rootOf(hashes: readonly Hash[]): Hash {
  if (hashes.length === 1) return hashes[0];
  const k = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return nodeHash(rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)));
}

/** A checkpoint of these events, by the log's key or another's. */
function noteOf(events: readonly Event[], key = privateKey): string {
  const root = rootOf(events.map((event) => leafHash(canonicalJson(event))));
  const text = formatCheckpoint({ origin: 'log.example', size: events.length, root });
  return signNote(text, [parseNoteSigner(key)]);
}

type Line = Record<string, unknown>;

/** The export of a log that signed at 4 and at the end. */
const exportOf = (events: readonly Event[]): Line[] => [
  { kind: 'log', version: 1, origin: 'log.example', verifierKey, size: events.length },
  ...events.slice(0, 4).map(entryOf),
  { kind: 'checkpoint', note: noteOf(events.slice(0, 4)) },
  ...events.slice(4).map((event, i) => entryOf(event, i + 4)),
  { kind: 'checkpoint', note: noteOf(events) },
];

const textOf = (lines: readonly Line[]): string => lines.map((line) => `${canonicalJson(line)}\n`).join('');

interface Verification {
  kept?: string;
  args?: string[];
}

async function verify(content: string | Buffer, { kept, args = [] }: Verification = {}) {
  const file = join(folder, 'log.ndjson');
  await writeFile(file, content);
  if (kept !== undefined) await writeFile(join(folder, 'kept.txt'), kept);
  const keptArgs = kept === undefined ? [] : ['--checkpoint', join(folder, 'kept.txt')];
  return run('verify', file, '--key', verifierKey, ...keptArgs, ...args);
}

async function run(...args: string[]) {
  const terminal = new CapturedTerminal();
  const exitCode = await runGatehouse(['audit', ...args], { env: { GATEHOUSE_TOKEN: 'gh_test' }, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

/** Another past, with everything that follows from it, signed with the log's own key. */
const rewritten = EVENTS.map((event) =>
  event.id === 'e2' ? { ...event, actor: 'token:tok_nobody' } : event,
);

describe('gatehouse audit verify', () => {
  it('finds a log sound that is what was signed and kept', async () => {
    const kept = noteOf(EVENTS.slice(0, 4)) + noteOf(EVENTS.slice(0, 7)) + '\n' + noteOf(EVENTS);
    const { exitCode, out } = await verify(textOf(exportOf(EVENTS)), { kept });
    expect(out).toContain('2 checkpoints of the log and 3 kept ones agree');
    expect(exitCode).toBe(0);
  });

  it('reads a gzipped export, and answers as JSON', async () => {
    const { out } = await verify(gzipSync(textOf(exportOf(EVENTS))), { args: ['--json'] });
    expect(JSON.parse(out)).toMatchObject({ sound: true, size: SIZE, checkpoints: 2, kept: 0, verifierKey });
  });

  it('names the entry whose event was changed', async () => {
    const lines = exportOf(EVENTS).map((line) =>
      line.index === 5 ? { ...line, event: { ...EVENTS[5], subject: 'tok_other' } } : line,
    );
    const { exitCode, out } = await verify(textOf(lines));
    expect(out).toContain('entry 5: the event is not what its leaf was made of');
    expect(exitCode).toBe(1);
  });

  it.each(['eventId', 'type', 'source', 'subject', 'tenant', 'actor', 'token', 'at'])(
    'names the entry that is shown with another %s than its event has',
    async (name) => {
      const lines = exportOf(EVENTS).map((line) => (line.index === 3 ? { ...line, [name]: 'other' } : line));
      expect((await verify(textOf(lines))).out).toContain(`entry 3: the entry is shown with another ${name}`);
    },
  );

  it.each<[string, (lines: Line[]) => Line[], string]>([
    ['left out', (lines) => lines.filter(({ index }) => index !== 6), 'entry 6: the entry is missing'],
    [
      'repeated',
      (lines) => lines.flatMap((l) => (l.index === 6 ? [l, l] : [l])),
      'entry 6: the entry stands',
    ],
    ['out of order', (lines) => lines.with(7, lines[8]).with(8, lines[7]), 'entry 5: the entry is missing'],
    ['cut off', (lines) => lines.slice(0, -3), 'entry 7: the export ends after 7 of 9 entries'],
    ['not signed for', (lines) => lines.slice(0, -1), 'no checkpoint covers all 9 entries'],
    ['of another log', (lines) => lines.with(0, { ...lines[0], origin: 'other' }), 'no key given is its own'],
    ['headless', (lines) => lines.slice(1), 'does not begin with what log it is'],
  ])('finds an export that is %s', async (_, change, reason) => {
    const { exitCode, out } = await verify(textOf(change(exportOf(EVENTS))));
    expect(out).toContain(reason);
    expect(exitCode).toBe(1);
  });

  it('finds a past that was rewritten with the log’s own key, by a checkpoint that was kept', async () => {
    const text = textOf(exportOf(rewritten));
    expect((await verify(text)).exitCode).toBe(0);
    const kept = noteOf(EVENTS.slice(0, 2)) + noteOf(EVENTS.slice(0, 6));
    expect(await verify(text, { kept })).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining(
        'an entry of 2 to 5: the entries do not make the root that was kept for size 6',
      ),
    });
  });

  it('says from where on entries may be gone when the log was rolled back', async () => {
    const { out } = await verify(textOf(exportOf(EVENTS.slice(0, 6))), {
      kept: noteOf(EVENTS.slice(0, 5)) + noteOf(EVENTS.slice(0, 8)),
    });
    expect(out).toContain(
      'an entry of 5 to 6: the log was cut: it has 6 entries, a kept checkpoint covers 8',
    );
  });

  it('finds two kept checkpoints that tell of different histories', async () => {
    const kept = noteOf(EVENTS.slice(0, 5)) + noteOf(rewritten.slice(0, 5));
    expect((await verify(textOf(exportOf(EVENTS)), { kept })).out).toContain('the log showed two histories');
  });

  it('does not take another key’s signature, under the log or under a kept checkpoint', async () => {
    const other = generateNoteKey('log.example').privateKey;
    const forged = exportOf(EVENTS).map((line) =>
      line.note ? { ...line, note: noteOf(EVENTS, other) } : line,
    );
    expect((await verify(textOf(forged))).out).toContain('is not signed by the log’s key');
    const { out } = await verify(textOf(exportOf(EVENTS)), { kept: noteOf(EVENTS, other) });
    expect(out).toContain('of those kept: the checkpoint of size 9 is not signed');
  });

  it('does not read a line that two readers could read differently', async () => {
    const twice = textOf(exportOf(EVENTS)).replace('"actor":"token', '"actor":"token:tok_x","actor":"token');
    expect((await verify(twice)).out).toContain('not in its RFC 8785 form');
  });

  it('says which file cannot be read', async () => {
    const { exitCode, err } = await run('verify', join(folder, 'absent'));
    expect({ exitCode, err }).toMatchObject({ exitCode: 2, err: expect.stringContaining('ENOENT') });
  });
});

describe('gatehouse audit export', () => {
  it('writes what verify reads, and verify reads it from the log itself as well', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/v1/export') return void response.end(textOf(exportOf(EVENTS)));
      json(response, 404, {});
    });
    const out = join(folder, 'out.ndjson');
    expect(await run('export', '--audit-url', server.url, '--out', out)).toMatchObject({ exitCode: 0 });
    expect(await readFile(out, 'utf8')).toBe(textOf(exportOf(EVENTS)));
    expect((await run('verify', server.url)).out).toContain(`sound: ${SIZE} entries`);
    await server.stop();
  });
});
