import { type ReceivedEvent, subscribe } from '@gatehouse/client';
import { type EventName, events, gatewayEvents, nameOf } from '@gatehouse/contracts';
import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import type { Terminal } from '../terminal.js';
import { positiveInteger } from './option-values.js';

const TAILED = Object.keys(events).filter((name) => !gatewayEvents.has(name));

interface TailOptions {
  type?: EventName[];
  tenant?: string;
  from: string;
  durable?: string;
  count?: number;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ gatehouse events tail
  $ gatehouse events tail --type TokenRevoked --json
  $ gatehouse events tail --from beginning --count 10
  $ gatehouse events tail --durable billing      # goes on where it was the last time`;

/** `gatehouse events`: what other systems would receive. */
export function eventsCommand(surroundings: Surroundings): Command {
  const tail = new Command('tail')
    .description('print events as they happen, until Ctrl-C')
    .addOption(new Option('--type <name...>', 'only these events').choices(TAILED))
    .option('--tenant <tenant>', 'only this tenant')
    .option('--from <place>', '"new", "beginning" or a position', 'new')
    .option('--durable <name>', 'a name under which the server keeps the place')
    .option('--count <n>', 'end after so many events', positiveInteger)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: TailOptions, command: Command) => {
      const system = await System.find(command, surroundings);
      await tailEvents(system.natsUrl, options, surroundings.terminal);
    });
  return new Command('events').description('the events other systems receive').addCommand(tail);
}

async function tailEvents(natsUrl: string, options: TailOptions, terminal: Terminal): Promise<void> {
  const { type, tenant, from, durable, count = Infinity } = options;
  const onSkipped = (reason: Error) => terminal.note(`passed over: ${reason.message}`);
  let printed = 0;
  for await (const event of subscribe({
    natsUrl,
    types: type,
    tenant,
    from,
    durable,
    signal: terminal.signal,
    onSkipped,
  })) {
    await terminal.print(options.json ? JSON.stringify(event) : oneLine(event, terminal));
    event.ack();
    if (++printed >= count) return;
  }
}

function oneLine(event: ReceivedEvent, { colours }: Terminal): string {
  const name = nameOf(event.type).padEnd(12);
  const what = 'reason' in event.data ? event.data.reason : 'name' in event.data ? event.data.name : '';
  return `${colours.dim(event.time)}  ${colours.bold(name)}  ${event.tenant}  ${event.subject}  ${event.position ?? '-'}  ${what}`;
}
