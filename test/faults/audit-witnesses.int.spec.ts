import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runGatehouse } from '@gatehouse/cli';
import type { WitnessesAnswer } from '@gatehouse/contracts';
import { bareEnvironment, Child, eventually, freePort } from '@gatehouse/testing';
import { generateCosignerKey } from '@gatehouse/tlog';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogReader, startSurroundings, type Surroundings } from '../../apps/audit/test/start-audit.js';

const GATEHOUSE = fileURLToPath(new URL('../../packages/cli/bin/gatehouse.js', import.meta.url));

/** A witness in a process of its own; `restart` after SIGKILL goes on with what it had on disk. */
async function startWitness(name: string, logKey: string, folder: string) {
  const port = await freePort();
  const state = join(folder, name);
  const args = ['audit', 'witness', '--name', name, '--state', state, '--listen', `127.0.0.1:${port}`];
  const start = async () => {
    const command = process.execPath;
    const child = await Child.start({
      command,
      args: [GATEHOUSE, ...args, '--log', logKey],
      env: bareEnvironment(),
    });
    await eventually(() => expect(child.log).toContain('witness on http://'));
    return child;
  };
  let child = await start();
  const [verifierKey = ''] = child.log.split('\n');
  return {
    verifierKey,
    line: `${verifierKey} http://127.0.0.1:${port}`,
    kill: () => child.stop('SIGKILL'),
    restart: async () => void (child = await start()),
  };
}

let around: Surroundings;
let folder: string;
let witnesses: Awaited<ReturnType<typeof startWitness>>[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-witnesses-'));
  around = await startSurroundings();
  const start = (name: string) => startWitness(name, around.key.verifierKey, folder);
  witnesses = await Promise.all(['w1.example', 'w2.example'].map(start));
});
afterEach(async () => {
  await around.stop();
  await Promise.all(witnesses.map((witness) => witness.kill()));
  await rm(folder, { recursive: true });
});

const stateOf = (log: LogReader) => log.json<WitnessesAnswer>('/v1/witnesses');

const cosigned = (log: LogReader, size: number, by: number) =>
  eventually(async () => expect(await stateOf(log)).toMatchObject({ size, cosigned: by }), {
    timeoutMs: 30_000,
  });

/** `gatehouse audit verify` of the log's export. */
async function verify(log: LogReader, ...args: string[]) {
  const file = join(folder, 'export.ndjson');
  await writeFile(file, await log.text('/v1/export'));
  return verifyAt(file, ...args);
}

async function verifyAt(target: string, ...args: string[]) {
  let printed = '';
  const out = new Writable({ write: (chunk, _, done) => ((printed += String(chunk)), done()) });
  const err = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = { out, err, interactive: false, signal: new AbortController().signal };
  const words = ['audit', 'verify', target, '--key', around.key.verifierKey, '--json', ...args];
  const exitCode = await runGatehouse(words, { env: {}, terminal });
  return { exitCode, verdict: JSON.parse(printed) as Record<string, unknown> };
}

describe('two witnesses', () => {
  it('cosign what grows, over their own death and audit’s; the verifier counts them', async () => {
    around.environment.AUDIT_WITNESSES = witnesses.map(({ line }) => line).join('\n');
    around.environment.AUDIT_MIRROR_DIR = join(folder, 'mirror');
    around.issuer.commitMany(300);
    const first = await around.audit();
    const log = LogReader.of(first, around);
    await log.covers(300);
    await cosigned(log, 300, 2);
    expect(await log.text('/v1/checkpoint?witnessed=2')).toMatch(
      /\n\n— gatehouse\S+ \S+\n— w1\S+ \S+\n— w2\S+ \S+\n$/,
    );
    expect((await log.get('/v1/checkpoint?witnessed=3')).status).toBe(404);

    await witnesses[1].kill();
    around.issuer.relay(around.nats, around.issuer.commitMany(50));
    await cosigned(log, 350, 1); // the dead one holds nobody up
    await first.stop();
    await witnesses[1].restart();
    const again = LogReader.of(await around.audit(), around);
    await cosigned(again, 350, 2);
    expect(await again.text('/metrics')).toContain(
      'gatehouse_audit_witness_cosigned_size{witness="w2.example"} 350',
    );

    const args = witnesses.flatMap(({ verifierKey }) => ['--witness', verifierKey]);
    expect(await verify(again, ...args)).toMatchObject({
      exitCode: 0,
      verdict: { sound: true, witnessed: { size: 350, names: ['w1.example', 'w2.example'] } },
    });
    await eventually(async () =>
      expect(await verifyAt(join(folder, 'mirror'), ...args)).toMatchObject({
        exitCode: 0,
        verdict: { size: 350, witnessed: { size: 350 } },
      }),
    );
    const stranger = generateCosignerKey('w3.example').verifierKey;
    const short = await verify(again, ...args, '--witness', stranger);
    expect(short).toMatchObject({
      exitCode: 1,
      verdict: { reason: 'no checkpoint was cosigned by 3 of the 3 witnesses' },
    });
    const enough = await verify(again, ...args, '--witness', stranger, '--min-witnesses', '2');
    expect(enough.exitCode).toBe(0);
  });

  it('do not cosign a second history of the log, signed with its own key', async () => {
    around.environment.AUDIT_WITNESSES = witnesses.map(({ line }) => line).join('\n');
    around.issuer.commitMany(20);
    const honest = LogReader.of(await around.audit(), around);
    await honest.covers(20);
    await cosigned(honest, 20, 2);

    const liar = await startSurroundings();
    Object.assign(liar.environment, {
      AUDIT_SIGNING_KEY: around.key.privateKey,
      AUDIT_WITNESSES: witnesses[0].line,
    });
    liar.issuer.commitMany(30);
    const lying = new LogReader((await liar.audit()).url, liar.reader, around.key.verifierKey);
    await lying.covers(30);
    await eventually(async () => {
      const state = await stateOf(lying);
      expect(state).toMatchObject({ cosigned: 0, witnesses: [{ status: 'refused', cosignedSize: 0 }] });
      expect(state.witnesses[0].lastError).toContain('is not the beginning of these 30 leaves');
    });
    expect(await lying.text('/metrics')).toContain('gatehouse_audit_witness_refused{witness="w1.example"} 1');
    await liar.stop();
  });

  it('that never answer delay no checkpoint', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await eventually(() => expect(silent.listening).toBe(true));
    const { verifierKey } = generateCosignerKey('silent.example');
    around.environment.AUDIT_WITNESSES = `${verifierKey} http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const log = LogReader.of(await around.audit(), around);
    for (const size of [10, 20, 30]) {
      around.issuer.relay(around.nats, around.issuer.commitMany(10));
      await log.covers(size, 9_000); // sooner than the witness is given up
    }
    expect(await stateOf(log)).toMatchObject({ size: 30, cosigned: 0 });
    silent.closeAllConnections();
    silent.close();
  });
});
