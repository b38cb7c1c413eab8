import type { RebuildStep } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { Progress } from '../progress.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';

type Outcome = Extract<RebuildStep, { step: 'done' }>;

const HELP = `
Replays every event of the issuer into a second copy of its read models, while it goes on working, and compares the two as
of one moment. Rows that differ are then replaced in one transaction; with --check nothing is, and a difference fails.

Examples:
  $ gatehouse projections rebuild --check     # proves that the read models say what the events say
  $ gatehouse projections rebuild             # and repairs them where they do not`;

/** `gatehouse projections`: the issuer's read models. */
export function projectionsCommand(surroundings: Surroundings): Command {
  const rebuild = new Command('rebuild')
    .description('rebuild the issuer’s read models from its events')
    .option('--check', 'only compare')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async ({ check = false, json }: { check?: boolean; json?: boolean }, command: Command) => {
      const { terminal } = surroundings;
      const issuer = (await System.find(command, surroundings)).issuer();
      const outcome = await watched(issuer.rebuildProjections({ check }), surroundings);
      if (!outcome.replaced && differs(outcome)) surroundings.exitCode = ExitCode.failure;
      await terminal.print(json ? JSON.stringify(outcome) : outcomeText(outcome));
    });
  return new Command('projections').description('the issuer’s read models').addCommand(rebuild);
}

async function watched(steps: AsyncIterable<RebuildStep>, { terminal }: Surroundings): Promise<Outcome> {
  let progress: Progress | undefined;
  try {
    for await (const step of steps) {
      if (step.step === 'done') return step;
      progress ??= new Progress(terminal, 'replayed', step.total);
      progress.update(step.done);
    }
  } finally {
    progress?.stop();
  }
  throw new Error('the issuer hung up before it was done; nothing was replaced');
}

const differs = ({ tables }: Outcome): boolean => tables.some(({ differing }) => differing > 0);

function outcomeText(outcome: Outcome): string {
  const table = plainTable(
    ['table', 'rows', 'differing', 'live', 'rebuilt'],
    outcome.tables.map(({ table: name, rows, differing, checksums }) => [
      name,
      rows,
      differing,
      checksums.live,
      checksums.rebuilt,
    ]),
  );
  if (!differs(outcome)) return `${table}\nequal: the read models say what the events say`;
  return `${table}\n${outcome.replaced ? 'the differing rows were replaced' : 'they differ; nothing was replaced'}`;
}
