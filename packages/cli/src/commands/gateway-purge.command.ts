import type { CachePurgeAnswer } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';

const HELP = `
Each gateway keeps answers of its own: purge each. Nothing is lost by it but time: the upstream is asked again.

Examples:
  $ gatehouse gateway purge --route catalogue --prefix /catalogue/shoes --dry-run
  $ gatehouse gateway purge --route catalogue
  $ gatehouse gateway purge --all --json`;

interface PurgeOptions {
  route?: string;
  prefix?: string;
  all?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** `gatehouse gateway purge`: makes a gateway forget answers that it keeps. */
export function gatewayPurgeCommand(surroundings: Surroundings): Command {
  return new Command('purge')
    .description('make a gateway forget answers that it keeps')
    .option('--route <id>', 'those of this route')
    .option('--prefix <path>', 'those whose path begins with this')
    .option('--all', 'all of the tenant')
    .option('--dry-run', 'only say how many would go')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async ({ route, prefix, all, dryRun = false, json }: PurgeOptions, command: Command) => {
      if ((route ?? prefix) === undefined && !all)
        throw new UsageError('say which: --route, --prefix or both, or --all');
      if ((route ?? prefix) !== undefined && all)
        throw new UsageError('--all goes with neither --route nor --prefix');
      const gateway = (await System.find(command, surroundings)).gatewayAdmin();
      const answer = await gateway.purgeCache({ route, prefix, dryRun });
      await surroundings.terminal.print(json ? JSON.stringify(answer) : purgeText(answer));
    });
}

const purgeText = ({ gateway, dryRun, answers, bytes }: CachePurgeAnswer): string =>
  `${answers} answers, ${bytes} bytes ${dryRun ? 'would go' : 'gone'} at ${gateway}`;
