import { IdentitiesApi } from '@gatehouse/client';
import type { IdentityView } from '@gatehouse/contracts';
import { Command } from 'commander';
import { listCommand, showCommand } from '../resources/queries.js';
import { type Resource, shown, wouldChange } from '../resources/resource.js';
import { endingCommand, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';
import { limitText, type TermOptions, termsOf, withTerms } from './identity-terms.js';

const IDENTITY: Resource<IdentityView> = {
  noun: 'identity',
  example: 'idn_0190…',
  columns: ['id', 'external id', 'name', 'limits', 'credits'],
  facts: ({ id, externalId, name, metadata, limits, credits, createdAt, createdBy }) => ({
    id,
    'external id': externalId,
    name,
    limits: limits.map(limitText).join('; ') || undefined,
    credits: credits?.remaining,
    refilled: credits?.refillsAt ?? undefined,
    created: `${createdAt} by ${createdBy}`,
    ...metadata,
  }),
};

const HELP = `
All tokens of an identity, e.g. those of one customer, share its limits and credits. Call people by ids of your own, not by name:
what is said of an identity is kept for ever.

Examples:
  $ gatehouse identities create --external-id customer-17 --name 'Customer 17' --rate-limit calls=1000/1h
  $ gatehouse identities change idn_0190… --credits 5000 --refill 5000/month@1
  $ gatehouse identities delete idn_0190… --revoke     # says what would go; --yes deletes it`;

const identities = (system: System): IdentitiesApi => system.manage(IdentitiesApi);

/** `gatehouse identities`: whose tokens share limits and credits. */
export function identitiesCommand(surroundings: Surroundings): Command {
  return new Command('identities')
    .description('whose tokens share limits and credits: list, show, create, change, delete')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand<IdentityView, { externalId?: string }>(surroundings, IDENTITY, {
        description: 'the identities there are',
        options: (command) => command.option('--external-id <id>', 'only the one you call so'),
        list: (system, { externalId }) => identities(system).list({ externalId }),
      }),
    )
    .addCommand(showCommand(surroundings, IDENTITY, (system, id) => identities(system).get(id)))
    .addCommand(createCommand(surroundings))
    .addCommand(changeCommand(surroundings))
    .addCommand(deleteCommand(surroundings));
}

const createCommand = (surroundings: Surroundings): Command =>
  verbCommand<TermOptions & { externalId: string; name: string }>(surroundings, {
    name: 'create',
    description: 'create an identity',
    options: (command) =>
      withTerms(
        command
          .requiredOption('--external-id <id>', 'what you call it')
          .requiredOption('--name <name>', 'for people'),
      ),
    run: async (system, _, { externalId, name, ...terms }) => {
      refuseLoneRefill(terms);
      return shown(IDENTITY, await identities(system).create({ ...termsOf(terms), externalId, name }));
    },
  });

const changeCommand = (surroundings: Surroundings): Command =>
  verbCommand<TermOptions>(surroundings, {
    name: 'change',
    description: 'change an identity; what is named replaces the old value as a whole',
    example: IDENTITY.example,
    options: (command) =>
      withTerms(command.option('--name <name>', 'for people')).option(
        '--no-credits',
        'count its credits no longer',
      ),
    run: async (system, id, options) => {
      refuseLoneRefill(options);
      const { credits, ...terms } = termsOf(options);
      const changes = { ...terms, credits: options.credits === false ? null : credits };
      return shown(IDENTITY, await identities(system).update(id, changes));
    },
  });

function refuseLoneRefill({ credits, refill }: TermOptions): void {
  if (refill && typeof credits !== 'number')
    throw new UsageError('--refill says how credits come back: give --credits, too');
}

const deleteCommand = (surroundings: Surroundings): Command =>
  endingCommand<{ revoke?: boolean }>(surroundings, {
    name: 'delete',
    description: 'delete an identity that has no live token, or with --revoke its tokens with it',
    example: IDENTITY.example,
    options: (command) => command.option('--revoke', 'end its tokens first, at most 250 with each call'),
    forecast: async (system, id, { revoke }) =>
      wouldChange(
        IDENTITY,
        await identities(system).get(id),
        revoke ? 'Its live tokens would be revoked, and it would be deleted.' : 'It would be deleted.',
      ),
    run: async (system, id, { revoke = false }) => {
      await identities(system).delete(id, { revoke });
      return { json: { id }, text: `${id} is deleted` };
    },
  });
