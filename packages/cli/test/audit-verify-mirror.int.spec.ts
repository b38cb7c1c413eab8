import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  entryBundle,
  formatCheckpoint,
  generateNoteKey,
  hashInTile,
  integrate,
  leafHash,
  parseNoteSigner,
  signNote,
  TILE_WIDTH,
  tileOf,
  tilePath,
  treeRoot,
} from '@gatehouse/tlog';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serve } from '@gatehouse/testing';
import { canonicalJson } from '../src/audit/verifier/canonical-json.js';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const { privateKey, verifierKey } = generateNoteKey('log.example');
const SIZE = 700;

const ENTRIES = Array.from({ length: SIZE }, (_, n) =>
  canonicalJson({
    specversion: '1.0',
    id: `e${n}`,
    type: 'token.issued.v1',
    source: 'issuer',
    subject: `tok_${n}`,
    tenant: 'default',
    actor: 'token:tok_admin',
    time: '2026-01-01T00:00:00.000Z',
    data: { tokenId: `tok_${n}`, name: 'é \u{1F511}' },
  }),
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-mirror-'));
  await writeMirror();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

async function writeMirror(): Promise<void> {
  const tiles = integrate(0, ENTRIES.map(leafHash), []);
  for (const { level, index, hashes } of tiles)
    await write(tilePath({ level, index, width: hashes.length / 32 }), hashes);
  for (let first = 0; first < SIZE; first += TILE_WIDTH) {
    const part = ENTRIES.slice(first, first + TILE_WIDTH);
    const address = { level: 'entries', index: first / TILE_WIDTH, width: part.length } as const;
    await write(tilePath(address), entryBundle(part));
  }
  const read = async (nodes: readonly { level: number; index: number }[]) =>
    nodes.map(tileOf).map((part) => {
      const tile = tiles.find(({ level, index }) => level === part.level && index === part.index)!;
      return hashInTile(part, tile.hashes);
    });
  const text = formatCheckpoint({ origin: 'log.example', size: SIZE, root: await treeRoot(SIZE, read) });
  await write('checkpoint', signNote(text, [parseNoteSigner(privateKey)]));
}

async function verify(target: string, ...args: string[]) {
  const terminal = new CapturedTerminal();
  const words = ['audit', 'verify', target, ...args];
  const exitCode = await runGatehouse(words, { env: {}, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse audit verify, of a mirror', () => {
  it('finds a folder sound whose entries make its tiles, and its tiles the signed root', async () => {
    const { exitCode, out } = await verify(folder, '--key', verifierKey, '--json');
    expect(JSON.parse(out)).toMatchObject({ sound: true, size: SIZE, origin: 'log.example', checkpoints: 1 });
    expect(exitCode).toBe(0);
  });

  it('reads it from a web server as well', async () => {
    const server = await serve((request, response) => {
      readFile(join(folder, request.url!)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
    });
    const result = await verify(server.url, '--tiles', '--key', verifierKey);
    expect(result.out).toContain(`sound: ${SIZE} entries of log.example`);
    await server.stop();
  });

  it('takes the beginning of a full tile where the partial one is gone', async () => {
    for (const level of ['entries', '0']) {
      const partial = await readFile(join(folder, `tile/${level}/002.p/188`));
      await rm(join(folder, `tile/${level}/002.p`), { recursive: true });
      await write(`tile/${level}/002`, Buffer.concat([partial, Buffer.alloc(64)]));
    }
    expect((await verify(folder, '--key', verifierKey)).exitCode).toBe(0);
  });

  it.each([
    ['an entry was changed', 'tile/entries/001', (b: Buffer) => b.fill('x', 100, 101), 'entry 256'],
    [
      'a bundle was cut',
      'tile/entries/002.p/188',
      (b: Buffer) => b.subarray(0, -5),
      'entry 699: its bundle is cut',
    ],
    ['a bundle is gone', 'tile/entries/001', () => undefined, 'entry 256: its bundle is missing'],
    [
      'a hash tile was changed',
      'tile/0/001',
      (b: Buffer) => b.fill(0, 9, 10),
      'entry 256: the entry is not what tile 0/1',
    ],
    [
      'a higher tile was changed',
      'tile/1/000.p/2',
      (b: Buffer) => b.fill(0, 9, 10),
      'tile 1/0 does not hold',
    ],
    ['a hash tile is gone', 'tile/0/000', () => undefined, 'tile 0/0 is missing'],
    ['its checkpoint is gone', 'checkpoint', () => undefined, 'the mirror has no checkpoint'],
  ])('finds that %s', async (_, path, change, reason) => {
    const changed = change(await readFile(join(folder, path)));
    if (changed) await writeFile(join(folder, path), changed);
    else await rm(join(folder, path));
    const { exitCode, out } = await verify(folder, '--key', verifierKey);
    expect(out).toContain(reason);
    expect(exitCode).toBe(1);
  });

  it('needs the log’s key, which no mirror says', async () => {
    expect(await verify(folder)).toMatchObject({ exitCode: 2, err: expect.stringContaining('give --key') });
  });
});
