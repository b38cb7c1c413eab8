import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { exportLinesOf } from '../audit/export-lines.js';
import { Flaw } from '../audit/verifier/flaw.js';
import { type SoundLog, type Trust, verifyLog } from '../audit/verifier/verify-log.js';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';
import { positiveInteger, repeated } from './option-values.js';

const HELP = `
Every leaf hash is computed from its event, every root from the leaves, every signature is checked. It takes two things from
elsewhere to find a log that was changed by somebody who also holds its signing key: --key, so that it is the right log, and
--checkpoint, a note of "gatehouse audit checkpoint" that was kept where the log's owner cannot reach. Witnesses keep them
for you: with --witness, enough of them must have cosigned a checkpoint, and the answer says up to where they vouch for the
log. Exits with 1 and names the first bad entry when something is wrong.

Examples:
  $ gatehouse audit checkpoint > kept.txt
  $ gatehouse audit verify log.ndjson --key 'log.example+1a2b3c4d+AZ…' --checkpoint kept.txt
  $ gatehouse audit verify /srv/mirror --key 'log.example+1a2b3c4d+AZ…'
  $ gatehouse audit verify https://mirror.example/log --tiles --key 'log.example+1a2b3c4d+AZ…'
  $ gatehouse audit verify log.ndjson --witness 'w1.example+3c4d…' --witness 'w2.example+5e6f…' --min-witnesses 1
  $ gatehouse audit verify https://audit.example --checkpoint monday.txt --checkpoint tuesday.txt`;

interface VerifyOptions {
  key?: string[];
  checkpoint?: string[];
  tiles?: boolean;
  witness?: string[];
  minWitnesses?: number;
  json?: boolean;
}

type Verdict =
  | ({ sound: true } & SoundLog)
  | { sound: false; reason: string; entry?: number; lastEntry?: number };

/** `gatehouse audit verify`: whether the whole log is what was signed and kept. */
export function auditVerifyCommand(surroundings: Surroundings): Command {
  return new Command('verify')
    .description('check every leaf, signature and kept checkpoint of a log; needs no trust in its server')
    .argument(
      '[export-or-url]',
      'a file of "gatehouse audit export", gzipped or not, a mirror’s folder, or the log’s URL (default: this system’s)',
    )
    .option('--key <verifier-key>', 'the log’s; once for each it has had: <name>+<id>+<base64>', repeated)
    .option('--checkpoint <file>', 'with one or more checkpoints kept; may be repeated', repeated)
    .option('--tiles', 'the URL is that of a mirror, or of a log’s /v1/tlog (C2SP tlog-tiles)')
    .option('--witness <verifier-key>', 'whose cosignature counts; may be repeated', repeated)
    .option('--min-witnesses <n>', 'how many must have cosigned (default: all given)', positiveInteger)
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (target: string | undefined, options: VerifyOptions, command: Command) => {
      const { terminal } = surroundings;
      const witnesses = witnessesOf(options);
      const kept = await Promise.all((options.checkpoint ?? []).map(keptText));
      const { key: keys = [], tiles = false } = options;
      const lines = exportLinesOf(target, await System.find(command, surroundings), { tiles, keys });
      const verdict = await verdictOn(lines, { keys, kept, witnesses });
      if (!verdict.sound) surroundings.exitCode = ExitCode.failure;
      await terminal.print(
        options.json ? JSON.stringify(verdict) : verdictText(verdict, surroundings, options),
      );
    });
}

function witnessesOf({ witness = [], minWitnesses = witness.length }: VerifyOptions): Trust['witnesses'] {
  if (minWitnesses > witness.length)
    throw new UsageError(`--min-witnesses: ${minWitnesses} of ${witness.length} given with --witness`);
  return witness.length === 0 ? undefined : { keys: witness, least: minWitnesses };
}

async function keptText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

async function verdictOn(...[lines, trust]: Parameters<typeof verifyLog>): Promise<Verdict> {
  try {
    return { sound: true, ...(await verifyLog(lines, trust)) };
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    const { message, entry, lastEntry } = error;
    return { sound: false, reason: message, entry, lastEntry };
  }
}

function verdictText(
  verdict: Verdict,
  { terminal }: Surroundings,
  { key, checkpoint }: VerifyOptions,
): string {
  const { green, red } = terminal.colours;
  if (!verdict.sound) return `${red('NOT sound')}: ${placeText(verdict)}${verdict.reason}`;
  const { origin, size, root, checkpoints, kept, expired, witnessed } = verdict;
  const lines = [
    `${green('sound')}: ${size} entries of ${origin} make the root ${root}`,
    `${checkpoints} checkpoints of the log and ${kept} kept ones agree with them`,
  ];
  if (expired > 0)
    lines.push(`${expired} bodies expired under policy, as the log says: of those, the hashes agree`);
  if (witnessed) {
    const { names, at } = witnessed;
    lines.push(`the first ${witnessed.size} entries are vouched for by ${names.join(', ')}, as of ${at}`);
  }
  if (!key) lines.push(`the key is the log’s own word: give --key '${verdict.verifierKey}' to insist on it`);
  if (!checkpoint && !witnessed)
    lines.push('no checkpoint was kept elsewhere: whoever holds the key could have signed another past');
  return lines.join('\n');
}

function placeText({ entry, lastEntry }: { entry?: number; lastEntry?: number }): string {
  if (entry === undefined) return '';
  return lastEntry === undefined ? `entry ${entry}: ` : `an entry of ${entry} to ${lastEntry}: `;
}
