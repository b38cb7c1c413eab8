import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { naiveRoot, openCheckpoint } from '../../test/rfc-verifier.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;
let folder: string;
beforeEach(async () => {
  around = await startSurroundings();
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-mirror-'));
  around.environment.AUDIT_MIRROR_DIR = folder;
});
afterEach(async () => {
  await around.stop();
  await rm(folder, { recursive: true });
});

/** Leaf hashes of the entries in a bundle, read as C2SP tlog-tiles says. */
function leafHashesIn(bundle: Buffer): Buffer[] {
  const hashes: Buffer[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + bundle.readUInt16BE(at);
    hashes.push(
      createHash('sha256')
        .update(Buffer.of(0))
        .update(bundle.subarray(at + 2, end))
        .digest(),
    );
    at = end;
  }
  return hashes;
}

const mirrored = (path: string): Promise<Buffer> => readFile(join(folder, path));

const mirrorCovers = (size: number) =>
  eventually(async () => {
    const checkpoint = openCheckpoint((await mirrored('checkpoint')).toString(), around.key.verifierKey);
    expect(checkpoint.size).toBe(size);
    return checkpoint;
  });

const files = async (): Promise<string[]> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted((a, b) => (a < b ? -1 : 1));
};

describe('the log in tiles', () => {
  it('is a C2SP tlog-tiles log in its mirror: entries make tiles, tiles make the signed root', async () => {
    around.issuer.commitMany(100);
    const first = await around.audit();
    await mirrorCovers(100);
    around.issuer.relay(around.nats, around.issuer.commitMany(500));
    await mirrorCovers(600);
    await first.stop();
    around.issuer.commitMany(30);
    await around.audit(); // goes on where the mirror is
    const { root } = await mirrorCovers(630);
    const full = (await files()).filter((path) => !path.includes('.p/'));
    const expected = ['tile/0/000', 'tile/0/001', 'tile/entries/000', 'tile/entries/001'];
    expect(full).toEqual(['checkpoint', ...expected]);
    const bundles = ['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/118'];
    const leaves = (await Promise.all(bundles.map(mirrored))).flatMap(leafHashesIn);
    const tiles = await Promise.all(['tile/0/000', 'tile/0/001', 'tile/0/002.p/118'].map(mirrored));
    expect(Buffer.concat(leaves)).toEqual(Buffer.concat(tiles));
    expect(naiveRoot(leaves)).toEqual(root);
    expect(await mirrored('tile/1/000.p/2')).toEqual(
      Buffer.concat([naiveRoot(leaves.slice(0, 256)), naiveRoot(leaves.slice(256, 512))]),
    );
  });

  it('is served over HTTP as it is mirrored, its hashes to be kept for ever', async () => {
    around.issuer.commitMany(300);
    const log = LogReader.of(await around.audit(), around);
    await mirrorCovers(300);
    for (const path of (await files()).filter((file) => file !== 'checkpoint')) {
      const response = await log.get(`/v1/tlog/${path}`);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(await mirrored(path));
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      // A hash is for ever; a body can expire.
      expect(response.headers.get('cache-control')).toBe(
        path.includes('entries') ? 'private, no-cache' : 'private, max-age=31536000, immutable',
      );
    }
    const checkpoint = await log.get('/v1/tlog/checkpoint');
    expect(await checkpoint.text()).toBe((await mirrored('checkpoint')).toString());
    expect(checkpoint.headers.get('cache-control')).toBe('private, no-cache');
    // Narrower than it is now: what a smaller checkpoint covered.
    const narrow = Buffer.from(await (await log.get('/v1/tlog/tile/0/000.p/7')).arrayBuffer());
    expect(narrow).toEqual((await mirrored('tile/0/000')).subarray(0, 7 * 32));
  });

  it('ends where the checkpoint ends, and shows entries to the operator alone', async () => {
    around.issuer.commitMany(300);
    const log = LogReader.of(await around.audit(), around);
    await log.covers(300);
    const absent = [
      'tile/0/001',
      'tile/0/001.p/45',
      'tile/0/002',
      'tile/2/000',
      'tile/1/000',
      'tile/0/0',
      'tile/x',
    ];
    for (const path of absent) {
      const response = await log.get(`/v1/tlog/${path}`);
      expect(await response.json()).toMatchObject({ status: 404, code: 'not-found' });
    }
    const tenant = new LogReader(
      log.url,
      around.issuer.admit(['audit:read'], 'acme'),
      around.key.verifierKey,
    );
    expect((await tenant.get('/v1/tlog/tile/0/000')).status).toBe(200);
    expect((await tenant.get('/v1/tlog/tile/entries/000')).status).toBe(404);
    expect((await tenant.get('/v1/export')).status).toBe(404);
    const stranger = new LogReader(log.url, around.issuer.admit(['demo:read']), around.key.verifierKey);
    expect((await stranger.get('/v1/tlog/tile/0/000')).status).toBe(403);
  });
});
