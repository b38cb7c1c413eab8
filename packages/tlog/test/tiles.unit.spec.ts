import { describe, expect, it } from '@jest/globals';
import {
  edgeTiles,
  hashInTile,
  inclusionProof,
  integrate,
  leafHash,
  tileOf,
  tilePath,
  treeRoot,
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
  it('is written as C2SP tlog-tiles does', () => {
    expect(tilePath({ level: 0, index: 0 })).toBe('tile/0/000');
    expect(tilePath({ level: 0, index: 1_234_067 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 1, index: 1000 }, 112)).toBe('tile/1/x001/000.p/112');
  });
});
