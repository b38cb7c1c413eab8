import { type HoldBody, HoldKind, type LegalHold } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { UsageError } from '../usage-error.js';

const HELP = `
What a hold names never expires, whatever the retention policy says, until the hold is lifted. Placing and lifting are entries
of the log, with the reason and whose token decided.

Examples:
  $ gatehouse audit holds
  $ gatehouse audit holds place --token tok_0190… --reason 'case 2026-114'
  $ gatehouse audit holds lift hold_0190… --reason 'case closed'`;

/** `gatehouse audit holds`: what must not expire. */
export function auditHoldsCommand(surroundings: Surroundings): Command {
  return new Command('holds')
    .description('legal holds: list, place and lift them')
    .addHelpText('after', HELP)
    .addCommand(listCommand(surroundings), { isDefault: true })
    .addCommand(placeCommand(surroundings))
    .addCommand(liftCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  return new Command('list')
    .description('those in force and those lifted (what "holds" alone does)')
    .option('--json', 'one JSON document')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const holds = await (await System.find(command, surroundings)).auditRetention().holds();
      await surroundings.terminal.print(json ? JSON.stringify({ items: holds }) : holdsText(holds));
    });
}

function placeCommand(surroundings: Surroundings): Command {
  return new Command('place')
    .description('keep everything of a tenant, a person or a token')
    .option('--tenant <id>', 'all of its entries')
    .option('--person <id>', 'all entries that name the person, usr_…')
    .option('--token <id>', 'all entries that name the token, tok_…')
    .requiredOption('--reason <text>', 'why; kept in the log, so no place for a name')
    .option('--json', 'one JSON document')
    .action(
      async (
        { reason, json, ...named }: Partial<Record<HoldKind, string>> & { reason: string; json?: boolean },
        command: Command,
      ) => {
        const api = (await System.find(command, surroundings)).auditRetention();
        const hold = await api.placeHold({ ...theOneOf(named), reason });
        await surroundings.terminal.print(json ? JSON.stringify(hold) : `${hold.id} keeps ${ofWhat(hold)}`);
      },
    );
}

function theOneOf(named: Partial<Record<HoldKind, string>>): Pick<HoldBody, 'kind' | 'value'> {
  const [first, ...others] = HoldKind.options.flatMap((kind) => {
    const value = named[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
  if (first && others.length === 0) return first;
  throw new UsageError('a hold is on one of them: give --tenant, --person or --token');
}

function liftCommand(surroundings: Surroundings): Command {
  return new Command('lift')
    .description('let the policy go on where the hold kept it')
    .argument('<hold>', 'its id, hold_…')
    .requiredOption('--reason <text>', 'why; kept in the log')
    .option('--json', 'one JSON document')
    .action(async (id: string, { reason, json }: { reason: string; json?: boolean }, command: Command) => {
      const hold = await (await System.find(command, surroundings)).auditRetention().liftHold(id, reason);
      const text = `${hold.id} no longer keeps ${ofWhat(hold)}`;
      await surroundings.terminal.print(json ? JSON.stringify(hold) : text);
    });
}

const ofWhat = ({ kind, value }: LegalHold): string => `the entries of ${kind} ${value}`;

const holdsText = (holds: readonly LegalHold[]): string =>
  holds.length === 0
    ? 'nothing is on hold'
    : plainTable(
        ['hold', 'keeps', 'since', 'by', 'reason', 'lifted'],
        holds.map(({ id, kind, value, placedAt, placedBy, reason, lifted }) => [
          id,
          `${kind} ${value}`,
          placedAt,
          placedBy,
          reason,
          lifted === null ? '' : `${lifted.at} ${lifted.reason}`,
        ]),
      );
