import {
  type EventName,
  events,
  type GatehouseEvent,
  gatewayEvents,
  MalformedEvent,
  nameOf,
  parseEvent,
} from '@gatehouse/contracts';
import { comparePositions, ORIGIN, parsePosition, type Position } from '@gatehouse/kernel';
import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { DurableSource } from './lib/durable-source.js';
import type { EventSource } from './lib/event-source.js';
import { messageStream } from './lib/message-stream.js';
import { connectTo } from './lib/nats-connection.js';
import { type EventSelection, subjectFilter } from './lib/subject-filter.js';
import { TransientSource } from './lib/transient-source.js';

/** What to receive, from where on, and whether the server shall remember. */
export interface SubscribeOptions {
  /** `nats://[user:password@]host:port`, or `tls://…`. */
  natsUrl: string;
  /** Event names such as `TokenRevoked`; absent: all. */
  types?: readonly EventName[];
  /** One tenant's events only; absent: every tenant the credentials may see. */
  tenant?: string;
  /**
   * Name of this subscriber: the server keeps its place, events not acknowledged within 30 s come again, and processes
   * that share the name share the events. Absent: nothing is kept, nothing is acknowledged.
   */
  durable?: string;
  /**
   * Where to start: `'new'` (default), `'beginning'`, or after a position `'<tx>.<sequence>'`.
   * A durable subscriber that the server knows goes on where it was.
   */
  from?: string;
  /** Ends the subscription. */
  signal?: AbortSignal;
  /** Told of each message passed over because it is no event this version knows. */
  onSkipped?: (reason: MalformedEvent) => void;
}

/** An event as received. Delivery is at least once: be idempotent by `id`. */
export type ReceivedEvent = GatehouseEvent & {
  /** Says that the event has taken effect; only then does a durable subscriber not get it again. */
  ack(): void;
};

/**
 * Gatehouse's events as another system receives them, without end: survives restarts of the server and the loss of its
 * store. Works on nats-server 2.9 and later. Leaving the loop, or `signal`, closes the connection.
 * @throws GatehouseUnreachable when the first connection fails; later failures are waited out.
 */
export async function* subscribe(options: SubscribeOptions): AsyncGenerator<ReceivedEvent, void> {
  const { natsUrl, durable, signal = new AbortController().signal } = options;
  checkSelection(options);
  const nats = await connectTo(natsUrl, durable ? `gatehouse-client ${durable}` : 'gatehouse-client');
  const source = sourceOf(options);
  const wanted = new Selection(options, startOf(options.from));
  try {
    for await (const message of messageStream(nats, source, signal)) {
      const event = readEvent(message, source, options.onSkipped);
      if (event && wanted.has(event)) yield Object.assign(event, { ack: () => source.acknowledge(message) });
      else if (event) source.acknowledge(message);
    }
  } finally {
    await nats.close();
  }
}

/** Drops what the server-side filter had to let through. */
class Selection {
  readonly #types: ReadonlySet<string> | undefined;
  readonly #tenant: string | undefined;

  constructor(
    { types, tenant }: EventSelection,
    private readonly after: Position,
  ) {
    this.#types = types?.length ? new Set(types) : undefined;
    this.#tenant = tenant;
  }

  has(event: GatehouseEvent): boolean {
    if (this.#types && !this.#types.has(nameOf(event.type))) return false;
    if (this.#tenant !== undefined && event.tenant !== this.#tenant) return false;
    return event.position === undefined || comparePositions(event.position, this.after) > 0;
  }
}

function checkSelection({ types = [], from }: SubscribeOptions): void {
  for (const type of types) if (!Object.hasOwn(events, type)) throw new RangeError(`unknown event "${type}"`);
  for (const type of types)
    if (gatewayEvents.has(type))
      throw new RangeError(`${type} is not on this stream: query usage, or the audit log, instead`);
  if (from !== undefined && from !== 'new' && from !== 'beginning' && !parsePosition(from))
    throw new RangeError('`from` is "new", "beginning" or a position "<tx>.<sequence>"');
}

const startOf = (from: SubscribeOptions['from']): Position =>
  from === undefined || from === 'new' || from === 'beginning' ? ORIGIN : from;

function sourceOf({ durable, from = 'new', types, tenant }: SubscribeOptions): EventSource {
  const filter = subjectFilter({ types, tenant });
  if (durable === undefined) return new TransientSource(filter, from !== 'new');
  return new DurableSource(durable, filter, from === 'new' ? DeliverPolicy.New : DeliverPolicy.All);
}

/** What can never be read is ended here, so that it does not come again for ever. */
function readEvent(
  message: JsMsg,
  source: EventSource,
  onSkipped: SubscribeOptions['onSkipped'],
): GatehouseEvent | undefined {
  try {
    return parseEvent(message.json());
  } catch (error) {
    source.terminate(message);
    onSkipped?.(error instanceof MalformedEvent ? error : new MalformedEvent('not JSON', { cause: error }));
    return undefined;
  }
}
