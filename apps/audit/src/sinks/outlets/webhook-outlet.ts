import type { SinkSpec } from '@gatehouse/contracts';
import { Agent, request } from 'undici';
import { Deadline } from '../../deadline.js';
import { valueOf } from '../entry-format.js';
import type { OutgoingEntry, Outlet, Sent } from '../outlet.js';
import { DELIVERED, OutletClosed } from '../outlet.js';
import { lookupPublic } from './public-addresses.js';
import { webhookHeaders } from './webhook-signature.js';

type WebhookSpec = Extract<SinkSpec, { kind: 'webhook' }>;

/** What is known besides the sink's own words. */
export interface WebhookSurroundings {
  /** Newest first. */
  keys: readonly Buffer[];
  logName: string;
  /** Names the log in message ids. */
  logKeyId: string;
}

/** Entries of as many tokens are on their way at once; those of one token, one after the other. */
const LANES = 8;
const MOST_ANSWER_BYTES = 64 * 1024;
/** The receiver has understood, and does not want this entry. Everything else may pass, a missing route among it. */
const REFUSALS = new Set([400, 409, 413, 422]);
/** Standard Webhooks: the receiver wants no more. */
const GONE = 410;

/** Posts signed entries (Standard Webhooks), one a message. Redirects are not followed. */
export class WebhookOutlet implements Outlet {
  private readonly agent: Agent;

  constructor(
    private readonly spec: WebhookSpec,
    private readonly surroundings: WebhookSurroundings,
  ) {
    const timeoutMs = spec.timeoutSeconds * 1000;
    this.agent = new Agent({
      connections: LANES,
      maxResponseSize: MOST_ANSWER_BYTES,
      connect: { timeout: timeoutMs, ...(spec.allowPrivateAddresses ? {} : { lookup: lookupPublic }) },
    });
  }

  async send(entries: readonly OutgoingEntry[], stopping: AbortSignal): Promise<readonly Sent[]> {
    const results = new Map<OutgoingEntry, Sent>();
    const lanes = lanesOf(entries);
    const work = async () => {
      for (let lane = lanes.shift(); lane; lane = lanes.shift()) await this.follow(lane, results, stopping);
    };
    await Promise.all(Array.from({ length: LANES }, work));
    return entries.map(
      (entry) => results.get(entry) ?? { status: 'unavailable', reason: 'waits for its order' },
    );
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** The entries of one order, up to the first that does not get through. */
  private async follow(
    lane: readonly OutgoingEntry[],
    results: Map<OutgoingEntry, Sent>,
    stopping: AbortSignal,
  ): Promise<void> {
    for (const entry of lane) {
      const sent = await this.post(entry, stopping);
      results.set(entry, sent);
      if (sent.status !== 'delivered') return;
    }
  }

  private async post(entry: OutgoingEntry, stopping: AbortSignal): Promise<Sent> {
    const { keys, logName, logKeyId } = this.surroundings;
    const data = valueOf(entry, this.spec.format, logName);
    const body = JSON.stringify({ type: entry.type, timestamp: entry.at, data });
    const id = `${logKeyId}-${entry.index}`;
    const deadline = new Deadline(stopping, this.spec.timeoutSeconds * 1000);
    try {
      const response = await request(this.spec.url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'gatehouse-audit',
          ...webhookHeaders({ id, body, at: new Date() }, keys),
        },
        body,
        signal: deadline.signal,
      });
      await response.body.dump();
      return outcomeOf(response.statusCode);
    } catch (error) {
      if (error instanceof OutletClosed) throw error;
      return { status: 'unavailable', reason: error instanceof Error ? error.message : 'cannot be reached' };
    } finally {
      deadline.clear();
    }
  }
}

/** @throws OutletClosed */
function outcomeOf(status: number): Sent {
  if (status >= 200 && status < 300) return DELIVERED;
  if (status === GONE) throw new OutletClosed('the receiver answered 410: it wants no more');
  const reason = `the receiver answered ${status}`;
  return REFUSALS.has(status) ? { status: 'refused', reason } : { status: 'unavailable', reason };
}

function lanesOf(entries: readonly OutgoingEntry[]): OutgoingEntry[][] {
  const lanes = new Map<string, OutgoingEntry[]>();
  for (const entry of entries) {
    const lane = lanes.get(entry.orderedBy);
    if (lane) lane.push(entry);
    else lanes.set(entry.orderedBy, [entry]);
  }
  return [...lanes.values()];
}
