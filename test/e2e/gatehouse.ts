import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditApi, GatewayAdminApi, IssuerApi, UsageApi } from '@gatehouse/client';
import { eventually } from '@gatehouse/testing';

const repository = new URL('../../', import.meta.url);
const supervisor = fileURLToPath(new URL('infra/local/dist/main.js', repository));
const command = fileURLToPath(new URL('packages/cli/bin/gatehouse.js', repository));

/** What `.gatehouse/run.json` says, as far as the tests read it. */
interface RunFile {
  gateways: { url: string; adminUrl: string }[];
  issuer: { url: string };
  audit: { url: string };
  analytics: { url: string };
  nats: { url: string };
  adminToken: string;
}

/** How a command ended. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The whole system as `npm start` runs it, in a directory of its own. */
export class Gatehouse {
  private constructor(
    private readonly process: ChildProcess,
    readonly dir: string,
    readonly run: RunFile,
  ) {}

  static async start(
    options: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Gatehouse> {
    const dir = await mkdtemp(join(tmpdir(), 'gatehouse-e2e-'));
    const child = spawn(process.execPath, [supervisor, '--dir', dir, '--any-ports', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    const file = join(dir, 'run.json');
    const run = await eventually(
      async () => {
        if (child.exitCode !== null) return undefined;
        return JSON.parse(await readFile(file, 'utf8')) as RunFile;
      },
      { timeoutMs: 110_000, everyMs: 100 },
    );
    if (!run) throw new Error(`the system did not start:\n${output}`);
    return new Gatehouse(child, dir, run);
  }

  get issuer(): IssuerApi {
    return new IssuerApi({ url: this.run.issuer.url, token: this.run.adminToken });
  }

  get audit(): AuditApi {
    return new AuditApi({ url: this.run.audit.url, token: this.run.adminToken });
  }

  get usage(): UsageApi {
    return new UsageApi({ url: this.run.analytics.url, token: this.run.adminToken });
  }

  gatewayAdmin(index: number): GatewayAdminApi {
    return new GatewayAdminApi({ url: this.run.gateways[index].adminUrl, token: this.run.adminToken });
  }

  /** A request to one of the gateways. */
  call(index: number, path: string, token?: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    return fetch(this.run.gateways[index].url + path, { ...init, headers });
  }

  /** Runs `gatehouse` against this system; `begun` is given the process to stop or read while it runs. */
  async command(args: readonly string[], begun?: (child: ChildProcess) => void): Promise<CommandResult> {
    const child = spawn(process.execPath, [command, '--dir', this.dir, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result = { code: null as number | null, stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (result.stdout += data));
    child.stderr.on('data', (data) => (result.stderr += data));
    begun?.(child);
    result.code = await new Promise((resolve) => child.on('close', resolve));
    return result;
  }

  /** The process id of one part now; it changes with every restart. */
  async pidOf(part: string): Promise<number> {
    const mark = await readFile(join(this.dir, 'pids', `${part}.json`), 'utf8');
    return (JSON.parse(mark) as { pid: number }).pid;
  }

  /** SIGKILL to one part, and waits until the supervisor has another in its place. */
  async kill(part: string): Promise<void> {
    const pid = await this.pidOf(part);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      if ((await this.pidOf(part)) === pid) throw new Error(`${part} is not back`);
    });
  }

  /** SIGTERM, as Ctrl-C; resolves with the exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const ended = new Promise<number | null>((resolve) => this.process.on('close', resolve));
    this.process.kill('SIGTERM');
    const code = await ended;
    await rm(this.dir, { recursive: true, force: true });
    return code;
  }
}
