import type { PoisonView } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';

const HELP = `
Without --reason it only shows what the log has halted at. With it, the log goes on without that event: an entry records its
hash, its place, the rule it breaks, the reason and whose token decided. Correct the source instead where you can: what is left
out is gone from the log for good.

Examples:
  $ gatehouse audit quarantine
  $ gatehouse audit quarantine --stream issuer --reason 'written by a build that was withdrawn'`;

interface QuarantineOptions {
  stream?: string;
  reason?: string;
  json?: boolean;
}

/** `gatehouse audit quarantine`: what the log has halted at, and the decision to go on without it. */
export function auditQuarantineCommand(surroundings: Surroundings): Command {
  return new Command('quarantine')
    .description('show the events that the log has halted at; with --reason, leave one out and record it')
    .option('--stream <name>', 'issuer or requests, if both have halted')
    .option('--reason <text>', 'why it may be left out; kept in the log for good')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async ({ stream, reason, json }: QuarantineOptions, command: Command) => {
      const { terminal } = surroundings;
      const audit = (await System.find(command, surroundings)).audit();
      const poisons = (await audit.poisons()).items.filter(
        (of) => stream === undefined || of.stream === stream,
      );
      if (reason === undefined) {
        if (poisons.length > 0) surroundings.exitCode = ExitCode.failure;
        return terminal.print(json ? JSON.stringify({ halted: poisons }) : haltedText(poisons));
      }
      const { sha256, stream: at } = theOne(poisons);
      const left = await audit.quarantine({ stream: at, sha256, reason });
      await terminal.print(
        json ? JSON.stringify({ quarantined: left }) : `left out and recorded: ${poisonText(left)}`,
      );
    });
}

function theOne(poisons: readonly PoisonView[]): PoisonView {
  const [poison, another] = poisons;
  if (!poison) throw new UsageError('the log has not halted: there is nothing to leave out');
  if (another)
    throw new UsageError('both streams have halted: say which with --stream issuer or --stream requests');
  return poison;
}

const haltedText = (poisons: readonly PoisonView[]): string =>
  poisons.length === 0
    ? 'the log has not halted'
    : `${poisons.map((poison) => `halted: ${poisonText(poison)}`).join('\n')}\nnothing was changed: give --reason to leave it out`;

const poisonText = ({ stream, position, eventId, sha256, rule }: PoisonView): string =>
  `${stream} ${position}${eventId === null ? '' : ` ${eventId}`}: ${rule}\n  sha256 ${sha256}`;
