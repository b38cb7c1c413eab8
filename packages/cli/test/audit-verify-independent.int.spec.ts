import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IndependentLog, IndependentWitness } from '../../tlog/test/independent-log.js';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const SIZE = 300; // one full tile and a partial one

/** The members are in the order of RFC 8785, so JSON.stringify writes the canonical form. */
const eventOf = (n: number) => ({
  actor: 'token:tok_admin',
  data: { name: 'é', tokenId: `tok_${n}` },
  id: `e${n}`,
  source: 'issuer',
  specversion: '1.0',
  subject: `tok_${n}`,
  tenant: 'default',
  time: '2026-01-01T00:00:00.000Z',
  type: 'token.issued.v1',
});

const EVENTS = Array.from({ length: SIZE }, (_, n) => eventOf(n));
const log = new IndependentLog(
  'other.example/log',
  EVENTS.map((event) => Buffer.from(JSON.stringify(event))),
);
const witness = new IndependentWitness('other.example/witness');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-independent-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function verdictOn(target: string, ...args: string[]): Promise<Record<string, unknown>> {
  const terminal = new CapturedTerminal();
  const given = ['audit', 'verify', join(folder, target), '--json', '--key', log.verifierKey, ...args];
  await runGatehouse(given, { env: { GATEHOUSE_TOKEN: 'gh_test' }, terminal });
  return JSON.parse(terminal.printed) as Record<string, unknown>;
}

const entryLine = (event: ReturnType<typeof eventOf>, index: number): string => {
  const { id: eventId, type, source, subject, tenant, actor, time: at, data } = event;
  const leafHash = log.leafHash(index).toString('base64');
  const { tokenId: token } = data;
  return JSON.stringify({
    actor,
    at,
    event,
    eventId,
    index,
    kind: 'entry',
    leafHash,
    source,
    subject,
    tenant,
    token,
    type,
  });
};

const exportText = (note: string): string => {
  const { origin, verifierKey } = log;
  const head = JSON.stringify({ kind: 'log', origin, size: SIZE, verifierKey, version: 1 });
  return [head, ...EVENTS.map(entryLine), JSON.stringify({ kind: 'checkpoint', note }), ''].join('\n');
};

async function writeMirror(files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, 'mirror', path)), { recursive: true });
    await writeFile(join(folder, 'mirror', path), content);
  }
}

describe('gatehouse audit verify, of a log of another make', () => {
  it('finds its export sound, and cosigned by a witness of another make', async () => {
    const note = log.checkpoint(SIZE) + witness.cosign(log.checkpointText(SIZE), 1_790_000_000);
    await writeFile(join(folder, 'log.ndjson'), exportText(note));
    expect(await verdictOn('log.ndjson', '--witness', witness.verifierKey)).toMatchObject({
      sound: true,
      size: SIZE,
      root: log.root(SIZE).toString('base64'),
      witnessed: { size: SIZE, names: ['other.example/witness'] },
    });
  });

  it('finds what was changed in it', async () => {
    const text = exportText(log.checkpoint(SIZE));
    await writeFile(
      join(folder, 'log.ndjson'),
      text.replace('"name":"é","tokenId":"tok_7"', '"name":"è","tokenId":"tok_7"'),
    );
    expect(await verdictOn('log.ndjson')).toMatchObject({ sound: false, entry: 7 });
    const cosignedOther = log.checkpoint(SIZE) + witness.cosign(log.checkpointText(SIZE - 1), 1_790_000_000);
    await writeFile(join(folder, 'log.ndjson'), exportText(cosignedOther));
    expect(await verdictOn('log.ndjson', '--witness', witness.verifierKey)).toMatchObject({ sound: false });
  });

  it('finds its tiles and bundles sound, and a tile that is another’s', async () => {
    const files = log.files();
    await writeMirror(files);
    expect(await verdictOn('mirror')).toMatchObject({ sound: true, size: SIZE });
    const path = 'tile/0/001.p/44';
    const tile = Buffer.from(files.get(path)!);
    tile[32] ^= 1;
    await writeMirror(new Map([[path, tile]]));
    expect(await verdictOn('mirror')).toMatchObject({ sound: false, entry: 257 });
  });
});
