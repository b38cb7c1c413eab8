import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bareEnvironment, Child, eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseMark, stillRuns } from '../src/process-mark.js';
import type { ProcessMark } from '../src/process-mark.js';
import type { RunFile } from '../src/run-file.js';
import { stateDirAt } from '../src/state-dir.js';
import type { StateDir } from '../src/state-dir.js';
import { firstSteps } from '../src/welcome.js';
import { temporaryState } from './temporary-state.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const START_TIMEOUT_MS = 90_000;
const SPEC_TIMEOUT_MS = 180_000;
const PARTS = ['postgres', 'nats', 'issuer', 'upstream', 'gateway', 'gateway-2', 'audit', 'analytics'];

const shell = (script: string): Promise<string> =>
  promisify(execFile)('bash', ['-c', script]).then(({ stdout }) => stdout);

const supervisor = (state: StateDir, ...options: string[]): Promise<Child> =>
  Child.start({
    command: process.execPath,
    args: [MAIN, '--dir', state.root, ...options],
    env: bareEnvironment(),
  });

async function running(child: Child, { runFile }: StateDir): Promise<RunFile> {
  return await eventually(
    async () => {
      if (!child.running) return Promise.reject(new Error(`it ended: ${child.log}`));
      const run: RunFile = JSON.parse(await readFile(runFile, 'utf8'));
      if (run.pid !== child.pid) throw new Error('run.json is of an earlier supervisor');
      return run;
    },
    { timeoutMs: START_TIMEOUT_MS },
  );
}

async function marksIn({ pids }: StateDir): Promise<Map<string, ProcessMark>> {
  const marks = new Map<string, ProcessMark>();
  for (const file of await readdir(pids)) {
    const mark = parseMark(await readFile(join(pids, file), 'utf8'));
    if (mark) marks.set(file.replace('.json', ''), mark);
  }
  return marks;
}

async function expectAllGone(marks: Map<string, ProcessMark>): Promise<void> {
  for (const [name, mark] of marks) expect([name, await stillRuns(mark)]).toEqual([name, false]);
}

describe('npm start', () => {
  let state: StateDir;
  let first: Child;
  let run: RunFile;

  beforeAll(async () => {
    state = await temporaryState();
    first = await supervisor(state, '--gateways', '2');
    run = await running(first, state);
  }, SPEC_TIMEOUT_MS);
  afterAll(async () => {
    await first.stop('SIGTERM', 30_000);
    await shell(`rm -rf '${join(state.root, '..')}'`);
  }, SPEC_TIMEOUT_MS);

  it('writes down where everything is, for its owner only', async () => {
    expect((await stat(state.runFile)).mode & 0o777).toBe(0o600);
    expect(run.gateways).toHaveLength(2);
    expect(run.gateway).toEqual(run.gateways[0]);
    expect([...(await marksIn(state)).keys()].toSorted()).toEqual(PARTS.toSorted());
  });

  it('prints three lines that issue a token, call the demo API with it and revoke it at every gateway', async () => {
    const steps = firstSteps(run);
    for (const step of steps) expect(first.log).toContain(step);
    // A gateway is expected in a receipt from its first signal on, a second after its start at the latest.
    await eventually(async () => {
      const said = await shell(steps.join('\n'));
      expect(said).toContain('HTTP/1.1 200');
      expect(said).toContain('"path":"/demo/hello"');
      const { receipt } = JSON.parse(said.trim().split('\n').at(-1)!);
      expect(receipt).toMatchObject({ complete: true, gateways: [{}, {}] });
    });
  });

  it(
    'starts a killed service again, alone',
    async () => {
      const before = await marksIn(state);
      process.kill(before.get('audit')!.pid, 'SIGKILL');
      await eventually(() => expect(first.log).toContain('audit runs again'), {
        timeoutMs: START_TIMEOUT_MS,
      });
      expect((await fetch(`${run.audit.url}/health/ready`)).status).toBe(200);
      const after = await marksIn(state);
      expect(after.get('audit')).not.toEqual(before.get('audit'));
      for (const name of PARTS.filter((part) => part !== 'audit'))
        expect(after.get(name)).toEqual(before.get(name));
    },
    SPEC_TIMEOUT_MS,
  );

  it('refuses a second start in the same directory, and says why', async () => {
    const second = await supervisor(state);
    expect(await second.exited).toEqual({ code: 75, signal: null });
    expect(second.log).toContain(`already runs in ${state.root} (process ${first.pid})`);
  });

  it(
    'takes over from a supervisor that was killed, with the same data and tokens, and stops cleanly',
    async () => {
      const orphans = await marksIn(state);
      await first.stop('SIGKILL');
      first = await supervisor(state);
      const next = await running(first, state);
      await expectAllGone(orphans);
      expect(next.adminToken).toBe(run.adminToken);
      const listed = await fetch(`${next.issuer.url}/v1/tokens`, {
        headers: { authorization: `Bearer ${next.adminToken}` },
      });
      expect(await listed.text()).toContain('"name":"first"');
      const marks = await marksIn(state);
      expect(await first.stop('SIGTERM', 30_000)).toEqual({ code: 0, signal: null });
      await expectAllGone(marks);
      await expect(stat(state.runFile)).rejects.toThrow('ENOENT');
    },
    SPEC_TIMEOUT_MS,
  );

  it('says which variable is wrong and starts nothing', async () => {
    const other = stateDirAt(join(state.root, '..', 'other'));
    const child = await Child.start({
      command: process.execPath,
      args: [MAIN, '--dir', other.root],
      env: { ...bareEnvironment(), NATS_URL: 'localhost' },
    });
    expect(await child.exited).toEqual({ code: 78, signal: null });
    expect(child.log).toContain('NATS_URL: expected nats://');
  });
});
