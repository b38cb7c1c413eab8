import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Surroundings } from '../surroundings.js';
import { UsageError } from '../usage-error.js';

const MOST_COMPLAINT = 4_000;

/** The part of the gateway that needs no gateway to run: it alone knows what a gateway would say. */
export class GatewayProgram {
  private constructor(
    private readonly path: string,
    private readonly surroundings: Surroundings,
  ) {}

  /** @throws UsageError when it is not installed here. */
  static find(surroundings: Surroundings): GatewayProgram {
    return new GatewayProgram(surroundings.env['GATEHOUSE_GATEWAY_PROGRAM'] ?? installed(), surroundings);
  }

  /**
   * Runs it to its end.
   * @param input lines it reads meanwhile.
   * @returns the JSON documents that it answers, as they come.
   * @throws Error with what it complained of.
   */
  async *run(
    args: readonly string[],
    input: AsyncIterable<string> = noLines(),
  ): AsyncGenerator<unknown, void> {
    const { env, terminal } = this.surroundings;
    const child = spawn(process.execPath, [this.path, ...args], { env, signal: terminal.signal });
    const ended = once(child, 'close') as Promise<[code: number | null]>;
    const complaint = complaintOf(child);
    const fed = feed(child, input);
    for (const outcome of [ended, fed]) outcome.catch(() => {}); // waited for below, in their turn
    try {
      for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
      await fed;
      const [code] = await ended;
      if (code !== 0) throw new Error(complaint() || `the gateway's program ended with ${code}`);
    } finally {
      child.kill();
    }
  }
}

function installed(): string {
  try {
    return createRequire(import.meta.url).resolve('@gatehouse/gateway/offline');
  } catch (error) {
    throw new UsageError(
      'this needs the gateway installed beside the command line; say where its offline program is with GATEHOUSE_GATEWAY_PROGRAM',
      { cause: error },
    );
  }
}

/** A program that ended before it read everything is heard on its other pipes; one that gets no more is ended. */
async function feed(child: ChildProcessWithoutNullStreams, lines: AsyncIterable<string>): Promise<void> {
  const { stdin } = child;
  stdin.on('error', () => {});
  try {
    for await (const line of lines) {
      if (stdin.destroyed) return;
      if (!stdin.write(`${line}\n`)) await drained(stdin);
    }
    stdin.end();
  } catch (error) {
    child.kill();
    throw error;
  }
}

/** Until it takes more, or nothing any more. */
const drained = (stdin: Writable): Promise<void> =>
  new Promise((resolve) => {
    const goOn = () => {
      stdin.off('drain', goOn).off('close', goOn);
      resolve();
    };
    stdin.on('drain', goOn).on('close', goOn);
  });

function complaintOf({ stderr }: ChildProcessWithoutNullStreams): () => string {
  let text = '';
  stderr.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-MOST_COMPLAINT);
  });
  return () => text.trim();
}

async function* noLines(): AsyncGenerator<string, void> {}
