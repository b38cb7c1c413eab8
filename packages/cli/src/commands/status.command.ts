import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { readinessOf, type ServiceReadiness } from '../system/readiness.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { UsageError } from '../usage-error.js';

interface ServiceStatus extends ServiceReadiness {
  service: string;
  url: string;
}

/** `gatehouse status`: fails when a service is not ready. */
export function statusCommand(surroundings: Surroundings): Command {
  return new Command('status')
    .description('whether each service is ready')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExamples:\n  $ gatehouse status\n  $ gatehouse status --json | jq .[].ready')
    .action(async (options: { json?: boolean }, command: Command) => {
      const statuses = await statusesOf(await System.find(command, surroundings));
      await surroundings.terminal.print(
        options.json ? JSON.stringify(statuses) : statusTable(statuses, surroundings),
      );
      if (!statuses.every(({ ready }) => ready)) surroundings.exitCode = ExitCode.failure;
    });
}

function statusesOf(system: System): Promise<ServiceStatus[]> {
  const services = Object.entries({
    issuer: system.issuerUrl,
    gateway: system.gatewayAdminUrl,
    audit: system.auditUrl,
    analytics: system.analyticsUrl,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (!services.length) throw new UsageError('nothing is known to run: start Gatehouse with "npm start"');
  return Promise.all(services.map(async ([service, url]) => ({ service, url, ...(await readinessOf(url)) })));
}

function statusTable(statuses: readonly ServiceStatus[], { terminal: { colours } }: Surroundings): string {
  const state = (ready: boolean) => (ready ? colours.green('ready') : colours.red('not ready'));
  return plainTable(
    ['service', 'url', 'state', 'ms', 'why'],
    statuses.map((s) => [s.service, s.url, state(s.ready), s.latencyMs, s.detail]),
  );
}
