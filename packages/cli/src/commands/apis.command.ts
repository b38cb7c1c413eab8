import { PublishedApisApi } from '@gatehouse/client';
import { Command } from 'commander';
import { API } from '../apis/api-text.js';
import { servedText, whereServed } from '../apis/where-served.js';
import { historyCommand, listCommand } from '../resources/queries.js';
import { shown, wouldChange } from '../resources/resource.js';
import { endingCommand, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';
import { apiPublishCommand } from './api-publish.command.js';

const HELP = `
An API is served by the gateways whose gateway.yaml lets its tenant claim the place ("publishing"); "show" asks the gateway
of --gateway-admin-url whether it does.

Examples:
  $ gatehouse apis publish orders.yaml --dry-run
  $ gatehouse apis publish orders.yaml
  $ gatehouse apis show api_0190…
  $ gatehouse apis retire api_0190… --reason "orders v2"   # says what would go; --yes retires it`;

const apis = (system: System): PublishedApisApi => system.manage(PublishedApisApi);

/** `gatehouse apis`: what a tenant publishes for gateways to serve. */
export function apisCommand(surroundings: Surroundings): Command {
  return new Command('apis')
    .description('published APIs: list, show, events, publish, retire')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, API, {
        description: 'the published APIs of the tenant',
        list: (system) => apis(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings))
    .addCommand(historyCommand(surroundings, API, (system, id) => apis(system).events(id)))
    .addCommand(apiPublishCommand(surroundings))
    .addCommand(retireCommand(surroundings));
}

const showCommand = (surroundings: Surroundings): Command =>
  verbCommand(surroundings, {
    name: 'show',
    description: 'one published API, and whether the gateway serves it',
    example: API.example,
    run: async (system, id) => {
      const api = await apis(system).get(id);
      const served = await whereServed(system, id);
      return { json: { ...api, served }, text: `${shown(API, api).text}\n\n${servedText(served)}` };
    },
  });

const retireCommand = (surroundings: Surroundings): Command =>
  endingCommand<{ reason: string }>(surroundings, {
    name: 'retire',
    description: 'retire a published API, for good: gateways answer 404 in its place',
    example: API.example,
    options: (command) => command.requiredOption('--reason <text>', 'why; kept in the history'),
    forecast: async (system, id) => {
      const served = servedText(await whereServed(system, id));
      return wouldChange(API, await apis(system).get(id), `It would be retired. ${served}`);
    },
    run: async (system, id, { reason }) => ({
      json: await apis(system).retire(id, { reason }),
      text: `${id} is retired`,
    }),
  });
