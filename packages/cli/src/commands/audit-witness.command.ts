import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type NoteVerifier, parseNoteVerifier, TlogError } from '@gatehouse/tlog';
import { Command, InvalidArgumentError } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { Witness, type WitnessAnswer } from '../witness/witness.js';
import { takeWitnessFolder } from '../witness/witness-folder.js';
import { witnessKey } from '../witness/witness-key.js';
import { WitnessMemory } from '../witness/witness-memory.js';
import { startWitnessServer } from '../witness/witness-server.js';

const HELP = `
A witness cosigns the checkpoints of logs that it knows, and only such that extend what it cosigned before: a log that shows
different histories to different people does not get both cosigned. Run it where the log's owner has no access. It speaks
C2SP tlog-witness, so it serves other logs as well, and Gatehouse may be given other witnesses.

The folder holds its key (witness.key, mode 0600, made at the first start) and the last checkpoint of each log, written to
disk before it is cosigned. One process at a time has it. Never copy it for a second witness, and never restore it from a
backup: with an older state it would sign what it must refuse. Make a new key instead.

Examples:
  $ gatehouse audit witness --name witness.example/w1 --log 'log.example+1a2b3c4d+AZ…'
  $ gatehouse audit witness --state /var/lib/witness --listen 0.0.0.0:8090 --log 'log.example+1a2b3c4d+AZ…'`;

interface WitnessOptions {
  log: NoteVerifier[];
  name?: string;
  state: string;
  listen: { host: string; port: number };
}

/** `gatehouse audit witness`: runs one until it is told to stop. */
export function auditWitnessCommand(surroundings: Surroundings): Command {
  return new Command('witness')
    .description('run a witness, which cosigns checkpoints of logs that only grow')
    .requiredOption('--log <verifier-key>', 'whom to cosign for: <name>+<id>+<base64>; may be repeated', logs)
    .option('--name <name>', 'of the witness’s key, at the first start')
    .option('--state <folder>', 'where its key and its memory are', join('.gatehouse', 'witness'))
    .option('--listen <host:port>', 'where to serve', address, { host: '127.0.0.1', port: 8090 })
    .addHelpText('after', HELP)
    .action((options: WitnessOptions) => runWitness(options, surroundings));
}

async function runWitness(options: WitnessOptions, { terminal }: Surroundings): Promise<void> {
  takeWitnessFolder(options.state);
  const key = witnessKey(options.state, options.name);
  const memory = new WitnessMemory(join(options.state, 'logs'));
  const witness = new Witness({ key, logs: options.log, memory, now: () => new Date() });
  const server = await startWitnessServer(witness, {
    ...options.listen,
    onAnswer: (answer) => terminal.note(answerText(answer)),
    onFailure: (error) => terminal.note(`failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  const { port } = server.address() as AddressInfo;
  await terminal.print(key.verifierKey);
  terminal.note(`witness on http://${options.listen.host}:${port}, for ${namesOf(options.log)}`);
  if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
}

const namesOf = (logs: readonly NoteVerifier[]): string =>
  [...new Set(logs.map(({ name }) => name))].join(', ');

function answerText(answer: WitnessAnswer): string {
  if (answer.status === 200) return `cosigned the tree of ${answer.size} leaves`;
  return `refused with ${answer.status}: ${answer.reason}`;
}

function logs(line: string, earlier: NoteVerifier[] = []): NoteVerifier[] {
  try {
    return [...earlier, parseNoteVerifier(line)];
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new InvalidArgumentError('expected a verifier key, <name>+<id>+<base64>, as GET /v1/log shows it');
  }
}

function address(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535)
    throw new InvalidArgumentError('expected host:port, e.g. 127.0.0.1:8090');
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
