import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import {
  consistencyProof,
  formatAddCheckpoint,
  formatCheckpoint,
  generateNoteKey,
  type Hash,
  leafHash,
  nodeHash,
  openNote,
  parseCosignatureVerifier,
  parseNoteSigner,
  signNote,
  treeRoot,
} from '@gatehouse/tlog';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const log = generateNoteKey('log.example');
let folder: string;
let running: { terminal: CapturedTerminal; exit: Promise<number> }[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-witness-'));
  running = [];
});
afterEach(async () => {
  for (const { terminal } of running) terminal.interrupt();
  await Promise.all(running.map(({ exit }) => exit));
  await rm(folder, { recursive: true });
});

/** A tree of leaves that differ by `past`. */
function treeOf(size: number, past = '') {
  const leaf = (i: number) => leafHash(`${past}${i}`);
  const hashOf = (level: number, index: number): Hash =>
    level === 0 ? leaf(index) : nodeHash(hashOf(level - 1, 2 * index), hashOf(level - 1, 2 * index + 1));
  const read = async (nodes: readonly { level: number; index: number }[]) =>
    nodes.map(({ level, index }) => hashOf(level, index));
  return { size, read };
}

async function noteOf({ size, read }: ReturnType<typeof treeOf>, key = log.privateKey): Promise<string> {
  const signer = parseNoteSigner(key);
  const root = await treeRoot(size, read);
  return signNote(formatCheckpoint({ origin: signer.name, size, root }), [signer]);
}

async function startWitness(...args: string[]) {
  const terminal = new CapturedTerminal();
  const words = ['audit', 'witness', '--state', folder, '--listen', '127.0.0.1:0', '--log', log.verifierKey];
  const exit = runGatehouse([...words, ...args], { env: {}, terminal });
  running.push({ terminal, exit });
  const url = await eventually(() => {
    const [found] = /http:\/\/\S+:\d+/.exec(terminal.noted) ?? [];
    if (!found) throw new Error(terminal.noted);
    return found;
  });
  const stop = async () => {
    terminal.interrupt();
    return exit;
  };
  return { url, verifierKey: terminal.printed.trim(), stop };
}

async function submit(url: string, body: string) {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
}

async function add(url: string, oldSize: number, tree: ReturnType<typeof treeOf>) {
  const proof = oldSize > tree.size ? [] : await consistencyProof(oldSize, tree.size, tree.read);
  return submit(url, formatAddCheckpoint({ oldSize, proof, note: await noteOf(tree) }));
}

describe('gatehouse audit witness', () => {
  it('cosigns a log that grows, also after a restart, and nothing smaller', async () => {
    const first = await startWitness('--name', 'witness.example/w1');
    expect((await add(first.url, 0, treeOf(5))).status).toBe(200);
    expect((await add(first.url, 5, treeOf(9))).status).toBe(200);
    expect(await first.stop()).toBe(0);

    const second = await startWitness();
    expect(second.verifierKey).toBe(first.verifierKey);
    for (const [oldSize, size] of [
      [0, 9],
      [5, 9],
      [0, 3],
    ])
      expect(await add(second.url, oldSize, treeOf(size))).toEqual({
        status: 409,
        type: 'text/x.tlog.size',
        text: '9\n',
      });
    const { status, text } = await add(second.url, 9, treeOf(70));
    expect(status).toBe(200);
    const cosigned = (await noteOf(treeOf(70))) + text;
    const { signedBy } = openNote(cosigned, [parseCosignatureVerifier(second.verifierKey)]);
    expect(signedBy).toHaveLength(1);
    expect((await add(second.url, 70, treeOf(70))).status).toBe(200); // once more, with a newer time
  });

  it('refuses another past: the same size with another root, and growth from one', async () => {
    const { url } = await startWitness('--name', 'witness.example/w1');
    await add(url, 0, treeOf(6));
    expect(await add(url, 6, treeOf(6, 'forged'))).toMatchObject({ status: 409, text: '6\n' });
    expect((await add(url, 6, treeOf(8, 'forged'))).status).toBe(422);
    expect((await add(url, 6, treeOf(8))).status).toBe(200);
  });

  it('answers each wrong request with the status that C2SP tlog-witness says', async () => {
    const { url } = await startWitness('--name', 'witness.example/w1');
    const stranger = generateNoteKey('other.example').privateKey;
    const impostor = generateNoteKey('log.example').privateKey;
    const ask = async (key: string) =>
      submit(url, formatAddCheckpoint({ oldSize: 0, proof: [], note: await noteOf(treeOf(2), key) }));
    expect((await ask(stranger)).status).toBe(404);
    expect((await ask(impostor)).status).toBe(403);
    expect((await add(url, 3, treeOf(2))).status).toBe(400);
    expect((await submit(url, 'hello')).status).toBe(400);
    expect((await submit(url, 'x'.repeat(70_000))).status).toBe(413);
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });

  it('keeps its key to itself, and says what is wrong with one it cannot use', async () => {
    const witness = await startWitness('--name', 'witness.example/w1');
    await witness.stop();
    const path = join(folder, 'witness.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const run = async (...args: string[]) => {
      const terminal = new CapturedTerminal();
      const words = ['audit', 'witness', '--state', folder, '--log', log.verifierKey, ...args];
      return { exitCode: await runGatehouse(words, { env: {}, terminal }), err: terminal.noted };
    };
    expect((await run('--name', 'other')).err).toContain('is named "witness.example/w1"');
    await chmod(path, 0o644);
    expect((await run()).err).toContain('can be read by others');
    await chmod(path, 0o600);
    await writeFile(path, 'PRIVATE+KEY+x');
    expect(await run()).toMatchObject({ exitCode: 2, err: expect.stringContaining('holds no cosigner key') });
    await rm(path);
    expect((await run()).err).toContain('give --name');
    expect((await run('--name', 'two words')).err).toContain('neither spaces nor +');
    expect((await run('--log', 'nonsense')).err).toContain('expected a verifier key');
    expect((await run('--listen', 'nowhere')).err).toContain('expected host:port');
  });

  it('has its folder to itself: a second process may not sign with the same key', async () => {
    const witness = await startWitness('--name', 'witness.example/w1');
    await witness.stop();
    // As if another living process had taken it: the one that runs this test's parent.
    const status = await readFile(`/proc/${process.ppid}/stat`, 'utf8');
    const start = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    await writeFile(join(folder, 'lock'), `${process.ppid} ${start}\n`);
    const terminal = new CapturedTerminal();
    const words = ['audit', 'witness', '--state', folder, '--log', log.verifierKey];
    expect(await runGatehouse(words, { env: {}, terminal })).toBe(2);
    expect(terminal.noted).toContain(`${folder} is used by process ${process.ppid}`);
    await writeFile(join(folder, 'lock'), '999999 1\n'); // it was killed
    await expect(startWitness()).resolves.toMatchObject({ verifierKey: witness.verifierKey });
  });

  it('signs nothing when what it remembers is damaged', async () => {
    const { url } = await startWitness('--name', 'witness.example/w1');
    await add(url, 0, treeOf(4));
    const [file] = await readdir(join(folder, 'logs'));
    const path = join(folder, 'logs', file);
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 20));
    expect((await add(url, 4, treeOf(5))).status).toBe(500);
  });
});
