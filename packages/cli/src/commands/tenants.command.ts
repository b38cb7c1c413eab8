import { TenantsApi } from '@gatehouse/client';
import type { TenantView } from '@gatehouse/contracts';
import { Command } from 'commander';
import { listCommand, showCommand } from '../resources/queries.js';
import { type Resource, shown, wouldChange } from '../resources/resource.js';
import { endingCommand, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';
import { durationSeconds } from './option-values.js';
import { policyOf } from './tenant-policy.js';

const TENANT: Resource<TenantView> = {
  noun: 'tenant',
  example: 'acme',
  columns: ['id', 'name', 'status', 'created'],
  facts: ({ id, name, status, suspendedReason, createdAt, createdBy, policy }) => ({
    id,
    name,
    status,
    suspended: suspendedReason ?? undefined,
    created: createdAt,
    by: createdBy,
    policy: JSON.stringify(policy),
  }),
};

const HELP = `
The operator sees and changes every tenant; a tenant sees and changes itself. A policy is a JSON file with the rules to set, e.g.
{ "maxTtlSeconds": 86400, "requiresIpAllow": true }; rules it does not name stay as they are.

Examples:
  $ gatehouse tenants create acme --name 'Acme Ltd' --policy policy.json
  $ gatehouse tenants owner-token acme                     # how its first owner gets in
  $ gatehouse tenants suspend acme --reason "unpaid"       # says what would end; --yes does it
  $ gatehouse tenants resume acme --reason "paid"`;

interface Terms {
  name?: string;
  policy?: string;
}

const tenants = (system: System): TenantsApi => system.manage(TenantsApi);
const withReason = (command: Command) =>
  command.requiredOption('--reason <text>', 'why; kept in the history');

/** `gatehouse tenants`: who shares the installation. */
export function tenantsCommand(surroundings: Surroundings): Command {
  return new Command('tenants')
    .description('tenants: list, show, create, change, suspend, resume; let their owners in')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, TENANT, {
        description: 'the tenants you see',
        list: (system) => tenants(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings, TENANT, (system, id) => tenants(system).get(id)))
    .addCommand(
      verbCommand<Terms & { name: string }>(surroundings, {
        name: 'create',
        description: 'create a tenant',
        example: TENANT.example,
        options: (command) =>
          command
            .requiredOption('--name <name>', 'what it is called')
            .option('--policy <file>', 'what it asks of its tokens, JSON'),
        run: async (system, id, { name, policy }) =>
          shown(TENANT, await tenants(system).create({ id, name, policy: await policyOf(policy) })),
      }),
    )
    .addCommand(
      verbCommand<Terms>(surroundings, {
        name: 'change',
        description: 'change a tenant’s name or rules of its policy',
        example: TENANT.example,
        options: (command) =>
          command
            .option('--name <name>', 'what it is called')
            .option('--policy <file>', 'the rules to set, JSON'),
        run: async (system, id, { name, policy }) =>
          shown(TENANT, await tenants(system).update(id, { name, policy: await policyOf(policy) })),
      }),
    )
    .addCommand(suspendCommand(surroundings))
    .addCommand(
      verbCommand<{ reason: string }>(surroundings, {
        name: 'resume',
        description: 'let a suspended tenant work again',
        example: TENANT.example,
        options: withReason,
        run: async (system, id, { reason }) => shown(TENANT, await tenants(system).resume(id, reason)),
      }),
    )
    .addCommand(ownerTokenCommand(surroundings));
}

const suspendCommand = (surroundings: Surroundings): Command =>
  endingCommand<{ reason: string }>(surroundings, {
    name: 'suspend',
    description: 'let nothing of a tenant work anywhere, until it is resumed',
    example: TENANT.example,
    options: withReason,
    forecast: async (system, id) =>
      wouldChange(
        TENANT,
        await tenants(system).get(id),
        'None of its tokens would work anywhere, and nobody of it could sign in, until it is resumed.',
      ),
    run: async (system, id, { reason }) => shown(TENANT, await tenants(system).suspend(id, reason)),
  });

const ownerTokenCommand = (surroundings: Surroundings): Command =>
  verbCommand<{ name: string; expiresIn?: number }>(surroundings, {
    name: 'owner-token',
    description: 'issue a token with the role of a tenant’s owner',
    example: TENANT.example,
    options: (command) =>
      command
        .option('--name <name>', 'what it is for', 'owner')
        .option('--expires-in <duration>', 'at most 90d (default: 7d)', durationSeconds),
    run: async (system, id, { name, expiresIn }) => {
      const issued = await tenants(system).issueOwnerToken(id, { name, expiresInSeconds: expiresIn });
      const said = `${issued.id} is an owner of ${id} until ${issued.expiresAt}`;
      return { json: issued, text: said, secret: issued.token };
    },
  });
