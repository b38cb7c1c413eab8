import { canonicalJson } from './canonical-json.js';
import { readCheckpoint } from './checkpoint-note.js';
import { Flaw } from './flaw.js';
import { GrowingTree } from './growing-tree.js';
import { hashOfLeaf } from './hash.js';
import { type MirrorReader, TILE_WIDTH, TileFiles } from './tile-files.js';

/** What an entry is shown by in an export, by the attribute of the event that says it. */
const SHOWN = {
  eventId: 'id',
  type: 'type',
  source: 'source',
  subject: 'subject',
  tenant: 'tenant',
  actor: 'actor',
};

/**
 * A mirror (C2SP tlog-tiles) as the lines of an export, so that it is checked as one. Each hash tile is compared with what is
 * below it on the way: whoever proves something reads those.
 * @param verifierKey of the log, which no mirror says.
 * @throws Flaw naming the first bad entry or tile.
 */
export async function* mirrorLines(read: MirrorReader, verifierKey: string): AsyncGenerator<string, void> {
  const files = new TileFiles(read);
  const note = await files.checkpoint();
  const { origin, size } = readCheckpoint(note);
  yield canonicalJson({ kind: 'log', version: 1, origin, size, verifierKey });
  const tiles = new TileCheck(files);
  for (let first = 0; first < size; first += TILE_WIDTH)
    for (const [i, bytes] of (
      await files.bundle(first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first))
    ).entries()) {
      const expired = bytes.length === 0; // no event is empty
      const leaf = expired ? await files.leafHash(first + i, size) : hashOfLeaf(bytes);
      await tiles.add(leaf);
      yield expired ? expiredLine(first + i, leaf) : entryLine(first + i, bytes, leaf);
    }
  await tiles.end();
  yield canonicalJson({ kind: 'checkpoint', note });
}

const expiredLine = (index: number, leaf: Buffer): string =>
  canonicalJson({ kind: 'entry', index, leafHash: leaf.toString('base64'), expired: true });

function entryLine(index: number, bytes: Buffer, leaf: Buffer): string {
  const event = eventIn(index, bytes);
  const shown = Object.fromEntries(
    Object.entries(SHOWN).map(([name, attribute]) => [name, event[attribute]]),
  );
  const token = (event['data'] as { tokenId?: unknown } | undefined)?.tokenId ?? null;
  const leafHash = leaf.toString('base64');
  return canonicalJson({ kind: 'entry', index, leafHash, event, ...shown, token, at: event['time'] });
}

function eventIn(index: number, bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString()) as Record<string, unknown>;
  } catch {
    throw new Flaw('the entry is not JSON', { entry: index });
  }
}

/** Builds each level of tiles from the one below, and compares it with the mirror's. */
class TileCheck {
  private readonly levels: { done: number; hashes: Buffer[] }[] = [];

  constructor(private readonly files: TileFiles) {}

  async add(hash: Buffer, level = 0): Promise<void> {
    const row = (this.levels[level] ??= { done: 0, hashes: [] });
    row.hashes.push(hash);
    if (row.hashes.length < TILE_WIDTH) return;
    await this.files.compare(level, row.done, row.hashes);
    const tile = new GrowingTree();
    for (const below of row.hashes) tile.add(below);
    row.hashes = [];
    row.done += 1;
    await this.add(tile.root(), level + 1);
  }

  /** Those at the right edge are not full. */
  async end(): Promise<void> {
    for (const [level, { done, hashes }] of this.levels.entries())
      if (hashes.length > 0) await this.files.compare(level, done, hashes);
  }
}
