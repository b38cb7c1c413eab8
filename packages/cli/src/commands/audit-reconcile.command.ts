import { Command } from 'commander';
import { isComplete, reconcileLog, type Reconciliation } from '../audit/reconcile-log.js';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';

const SHOWN = 20;

const HELP = `
The issuer's event store is the truth: each of its events must be a leaf, once, as it is there. Request batches are numbered
by their gateway, so that a lost one shows. The stream that carries them keeps a batch for three days: one that the log did not
read in that time is lost to the log for good, and only its number is known. Its requests are still counted by analytics, if it
took the batch in. Fails while anything is wrong.

Examples:
  $ gatehouse audit reconcile              # only looks
  $ gatehouse audit reconcile --refill     # logs what is missing`;

/** `gatehouse audit reconcile`: whether all is in the log that should be. */
export function auditReconcileCommand(surroundings: Surroundings): Command {
  return new Command('reconcile')
    .description('compare the log with the issuer’s event store and the gateways’ batch numbers')
    .option('--refill', 'log the events that are missing')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async ({ refill, json }: { refill?: boolean; json?: boolean }, command: Command) => {
      const { terminal } = surroundings;
      const found = await reconcileLog((await System.find(command, surroundings)).audit(), refill === true);
      if (!isComplete(found)) surroundings.exitCode = ExitCode.failure;
      await terminal.print(json ? JSON.stringify(found) : reconciliationText(found));
    });
}

function reconciliationText(found: Reconciliation): string {
  const { counts, events, logged, quarantined, missing, altered, unknown, refilled } = found;
  const sources = plainTable(
    ['source', 'expected', 'logged', 'missing', 'altered', 'unknown'],
    [
      ['issuer', events, logged, missing.length - refilled, altered.length, unknown],
      ...counts.gateways.map((of) => [of.gateway, of.highestBatch, of.batches, of.missing, 0, 0]),
    ],
  );
  const lines = [
    ...missing.slice(0, SHOWN).map((event) => `missing: ${event.type} ${event.eventId} at ${event.position}`),
    ...altered.slice(0, SHOWN).map((event) => `altered: ${event.type} ${event.eventId} at ${event.position}`),
    ...counts.gateways.flatMap(({ gateway, missingRanges }) =>
      missingRanges.slice(0, SHOWN).map(({ from, to }) => `missing: batches ${from} to ${to} of ${gateway}`),
    ),
  ];
  if (quarantined)
    lines.push(
      `${quarantined} events were left out by decision: see "type=EventQuarantined" among the entries`,
    );
  lines.push(...counts.gateways.filter((of) => of.missing > 0).map(lostText));
  if (refilled) lines.push(`${refilled} events were logged now`);
  return [sources, ...lines].join('\n');
}

function lostText({ gateway, missing, highestBatch }: Reconciliation['counts']['gateways'][number]): string {
  const which = missing === 1 ? 'one batch' : `${missing.toLocaleString('en')} batches`;
  return `lost: of ${gateway}’s ${highestBatch.toLocaleString('en')} batches of request records, ${which} never became a leaf. The stream keeps them for three days: what the log did not read by then it can neither hold nor prove; only the numbers above remain`;
}
