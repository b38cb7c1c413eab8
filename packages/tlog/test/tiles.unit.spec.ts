import { describe, expect, it } from '@jest/globals';
import {
  edgeTiles,
  entryBundle,
  hashInTile,
  inclusionProof,
  integrate,
  leafHash,
  parseTilePath,
  tileOf,
  tilePath,
  tilesOf,
  treeRoot,
  widthOf,
} from '../src/index.js';
import { TiledTree } from './tiled-tree.js';

const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(`leaf ${i}`));

function treeOf(size: number, batch: number): TiledTree {
  const tree = new TiledTree();
  for (let done = 0; done < size; done += batch)
    tree.append(leaves.slice(done, Math.min(done + batch, size)));
  return tree;
}

const written = (batch: number): string[] =>
  [...treeOf(70_000, batch).tiles]
    .map(([key, hashes]) => `${key} ${Buffer.from(hashes).toString('hex')}`)
    .toSorted();

describe('tiles', () => {
  it('are the same however the leaves were batched', () => {
    const whole = written(70_000);
    for (const batch of [255, 256, 257, 1000]) expect(written(batch)).toEqual(whole);
  });

  it('are full but for the right edge, three levels at 70,000 leaves', () => {
    const { tiles } = treeOf(70_000, 500);
    expect(tiles.size).toBe(274 + 2 + 1);
    expect(tiles.get('0/273')).toHaveLength((70_000 % 256) * 32);
    expect(tiles.get('1/1')).toHaveLength((273 - 256) * 32);
    expect(tiles.get('2/0')).toHaveLength(32);
    expect(edgeTiles(70_000)).toEqual([
      { level: 0, index: 273 },
      { level: 1, index: 1 },
      { level: 2, index: 0 },
    ]);
  });

  it('give a root across three tile levels', async () => {
    const tree = treeOf(65_536, 1_000);
    const [summit] = await tree.read([{ level: 16, index: 0 }]);
    expect(await treeRoot(65_536, tree.read)).toEqual(summit);
    expect(tree.tiles.get('2/0')).toEqual(summit);
  });

  it('are read O(log n) at a time by a proof', async () => {
    const tree = treeOf(70_000, 1_000);
    const read = new Set<string>();
    await inclusionProof(12_345, 70_000, (nodes) => {
      for (const { level, index } of nodes.map(tileOf)) read.add(`${level}/${index}`);
      return tree.read(nodes);
    });
    expect(read.size).toBeLessThanOrEqual(6);
  });

  it('refuse a node beyond the tree', () => {
    expect(() => hashInTile(tileOf({ level: 3, index: 1 }), new Uint8Array(15 * 32))).toThrow('16 needed');
  });

  it('are not extended from an edge that is not the tree’s', () => {
    expect(() => integrate(3, leaves.slice(3, 4), [])).toThrow('edge tile 0/0 must have 3 hashes');
  });
});

describe('a tile’s path', () => {
  it.each([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/1/x001/000.p/112', { level: 1, index: 1000, width: 112 }],
    ['tile/entries/x123/456.p/1', { level: 'entries', index: 123_456, width: 1 }],
    ['tile/63/255', { level: 63, index: 255, width: 256 }],
  ] as const)('%s is written and read as C2SP tlog-tiles does', (path, address) => {
    expect(tilePath(address)).toBe(path);
    expect(parseTilePath(path)).toEqual(address);
  });

  it.each([
    ['tile/0/0'],
    ['tile/0/x000/001'],
    ['tile/00/000'],
    ['tile/64/000'],
    ['tile/0/000.p/0'],
    ['tile/0/000.p/256'],
    ['tile/0/000.p/01'],
    ['tile/0/001/067'],
    ['tile/0/000/'],
    ['tile/0/../000'],
    ['tile/data/000'],
  ])('%s is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });
});

describe('the tiles that a larger tree has more', () => {
  it('are those that integrating its leaves changes', () => {
    for (const [from, to] of [
      [0, 1],
      [3, 3],
      [5, 256],
      [256, 257],
      [300, 66_000],
      [65_535, 65_536],
    ]) {
      const edge = edgeTiles(from).map((at) => ({
        ...at,
        hashes: Buffer.alloc(widthOf(at, from) * 32),
      }));
      const changed = integrate(from, leaves.slice(from, to), edge);
      const named = changed.map(({ level, index, hashes }) => ({ level, index, width: hashes.length / 32 }));
      expect([...tilesOf(from, to)].map((at) => ({ ...at, width: widthOf(at, to) }))).toEqual(named);
    }
  });
});

describe('an entry bundle', () => {
  it('says the length before each entry', () => {
    expect(Buffer.from(entryBundle(['é', Buffer.alloc(0), 'abc'])).toString('hex')).toBe(
      '0002c3a900000003616263',
    );
  });

  it('cannot hold an entry longer than 65,535 bytes', () => {
    expect(entryBundle(['x'.repeat(65_535)])).toHaveLength(65_537);
    expect(() => entryBundle(['x'.repeat(65_536)])).toThrow('fits into no bundle');
  });
});
