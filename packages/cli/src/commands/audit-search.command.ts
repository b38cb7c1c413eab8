import type { EntriesFilter } from '@gatehouse/client';
import type { AuditEntry } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { instant, positiveInteger } from './option-values.js';

const HELP = `
All that is given must hold. The newest come first. Each entry can be proven with "gatehouse audit proof <index>".

Examples:
  $ gatehouse audit search --type TokenRevoked --from 2h
  $ gatehouse audit search --actor user:usr_0190… --outcome failure
  $ gatehouse audit search '"withdrawn build" -test' --tenant acme --json`;

interface SearchOptions
  extends Pick<
    EntriesFilter,
    'type' | 'token' | 'tenant' | 'actor' | 'application' | 'person' | 'address' | 'outcome'
  > {
  from?: Date;
  to?: Date;
  oldest?: boolean;
  limit: number;
  json?: boolean;
}

/** `gatehouse audit search`: what happened. */
export function auditSearchCommand(surroundings: Surroundings): Command {
  return new Command('search')
    .description('find entries by any mix of fields and words')
    .argument('[text]', 'words that all occur in it; "one after the other", -without')
    .option('--type <name>', 'e.g. TokenRevoked or token.revoked.v1')
    .option('--token <id>', 'that it is about')
    .option('--tenant <id>', 'whose it is')
    .option('--actor <who>', 'who did it: token:<id>, user:<id>, system:<service>')
    .option('--application <id>', 'that it is about')
    .option('--person <id>', 'whom it is about')
    .option('--address <ip>', 'where it came from, or a block of addresses; needs audit:personal')
    .option('--outcome <word>', 'success, failure, or what the event says')
    .option('--from <when>', 'not before: ISO 8601, or how long ago, e.g. 2h', instant)
    .option('--to <when>', 'before', instant)
    .option('--oldest', 'the oldest first')
    .option('--limit <n>', 'at most so many', positiveInteger, 100)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', HELP)
    .action(async (text: string | undefined, options: SearchOptions, command: Command) => {
      const { terminal } = surroundings;
      const { limit, json, oldest, from, to, ...fields } = options;
      const audit = (await System.find(command, surroundings)).audit();
      const entries: AuditEntry[] = [];
      const span = { from: from?.toISOString(), to: to?.toISOString() };
      const order = oldest ? 'oldest' : 'newest';
      for await (const entry of audit.entries({
        ...fields,
        ...span,
        text,
        order,
        limit: Math.min(limit, 500),
      })) {
        if (entries.length === limit) {
          terminal.note(`only the first ${limit} are shown; there are more (--limit)`);
          break;
        }
        entries.push(entry);
      }
      if (json) return terminal.print(entries.map((entry) => JSON.stringify(entry)).join('\n'));
      await terminal.print(entries.length === 0 ? 'nothing was found' : entryTable(entries));
    });
}

/** Entries as people read them. */
export const entryTable = (entries: readonly AuditEntry[]): string =>
  plainTable(
    ['entry', 'at', 'event', 'of', 'by', 'tenant'],
    entries.map(({ index, at, type, subject, actor, tenant }) => [index, at, type, subject, actor, tenant]),
  );
