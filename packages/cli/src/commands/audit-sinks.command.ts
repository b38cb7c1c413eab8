import type { DeadLetter, SinkState } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { wholeNumber } from './option-values.js';

const HELP = `
Sinks are declared in the file that AUDIT_SINKS_FILE names. Each gets the log's entries in order for each token, at least once,
and has a position of its own. An entry that a sink refuses again and again becomes a dead letter; later entries of the same
token wait behind it. Fails while a sink is failing, halted, or has dead letters.

Examples:
  $ gatehouse audit sinks
  $ gatehouse audit sinks replay siem --from 12000 --dry-run
  $ gatehouse audit sinks dead-letters siem --retry`;

/** `gatehouse audit sinks`: where the log is sent to. */
export function auditSinksCommand(surroundings: Surroundings): Command {
  return new Command('sinks')
    .description('where the log is sent to: how it is going, pause, replay, dead letters')
    .addHelpText('after', HELP)
    .addCommand(listCommand(surroundings), { isDefault: true })
    .addCommand(switchCommand('pause', surroundings))
    .addCommand(switchCommand('resume', surroundings))
    .addCommand(replayCommand(surroundings))
    .addCommand(deadLettersCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  return new Command('list')
    .description('how each is doing (what "sinks" alone does)')
    .option('--json', 'one JSON document')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { sinks, size } = await (await System.find(command, surroundings)).auditSinks().list();
      if (sinks.some(isTrouble)) surroundings.exitCode = ExitCode.failure;
      await surroundings.terminal.print(json ? JSON.stringify({ size, sinks }) : sinksText(sinks));
    });
}

const isTrouble = ({ status, deadLetters }: SinkState): boolean =>
  status === 'failing' || status === 'halted' || deadLetters > 0;

function sinksText(sinks: readonly SinkState[]): string {
  if (sinks.length === 0) return 'no sinks are declared';
  return plainTable(
    ['sink', 'kind', 'status', 'position', 'lag', 'dead letters', 'last error'],
    sinks.map((of) => [of.name, of.kind, of.status, of.position, of.lag, of.deadLetters, of.lastError ?? '']),
  );
}

function switchCommand(verb: 'pause' | 'resume', surroundings: Surroundings): Command {
  const description = verb === 'pause' ? 'send it nothing until it is resumed' : 'go on where it was paused';
  return new Command(verb)
    .description(description)
    .argument('<sink>')
    .action(async (name: string, _: unknown, command: Command) => {
      await (await System.find(command, surroundings)).auditSinks()[verb](name);
      surroundings.terminal.note(`${verb}d`);
    });
}

function replayCommand(surroundings: Surroundings): Command {
  return new Command('replay')
    .description('send every entry from an index on again')
    .argument('<sink>')
    .requiredOption('--from <index>', 'of the first entry to send again', wholeNumber)
    .option('--dry-run', 'only say how many entries that is')
    .option('--json', 'one JSON document')
    .action(
      async (name: string, options: { from: number; dryRun?: boolean; json?: boolean }, command: Command) => {
        const { from, dryRun = false, json } = options;
        const sinks = (await System.find(command, surroundings)).auditSinks();
        const answer = await sinks.replay(name, { from, dryRun });
        if (json) return surroundings.terminal.print(JSON.stringify(answer));
        const will = dryRun ? 'would get' : 'gets';
        await surroundings.terminal.print(
          `${name} ${will} ${answer.entries} entries from ${from} on; it was at ${answer.position}`,
        );
      },
    );
}

function deadLettersCommand(surroundings: Surroundings): Command {
  return new Command('dead-letters')
    .description('what a sink did not take, and why')
    .argument('<sink>')
    .option('--retry', 'offer all of them again')
    .option('--json', 'a JSON document a line')
    .action(async (name: string, { retry, json }: { retry?: boolean; json?: boolean }, command: Command) => {
      const { terminal } = surroundings;
      const sinks = (await System.find(command, surroundings)).auditSinks();
      if (retry) {
        const { retrying } = await sinks.retry(name);
        return terminal.print(json ? JSON.stringify({ retrying }) : `${retrying} entries are offered again`);
      }
      for await (const letter of sinks.deadLetters(name))
        await terminal.print(json ? JSON.stringify(letter) : letterText(letter));
    });
}

const letterText = ({ index, at, reason, retrying }: DeadLetter): string =>
  `entry ${index}  ${at}  ${reason}${retrying ? ' (being retried)' : ''}`;
