import { z } from 'zod';
import { PositionString } from './event.js';

/**
 * Signals say how far somebody is. They are levels, not facts: sent on plain NATS subjects, repeated, never stored,
 * and harmless to lose. Facts are events; the one that cannot wait for its turn is announced by a signal.
 */
export interface SignalDefinition<Data extends z.ZodType> {
  readonly name: string;
  /** The subject of one sender's signal. */
  subject(sender: string): string;
  /** Every sender's. */
  readonly all: string;
  readonly schema: Data;
}

function defineSignal<Data extends z.ZodType>(
  name: string,
  prefix: string,
  schema: Data,
): SignalDefinition<Data> {
  return { name, subject: (sender) => `${prefix}.${sender}`, all: `${prefix}.*`, schema };
}

/** How far a gateway has applied token events: sent every second, and at once after applying a revocation. */
export const GatewayApplied = defineSignal(
  'GatewayApplied',
  'signals.applied',
  z.object({ gateway: z.string(), position: PositionString }),
);
export type GatewayApplied = z.infer<typeof GatewayApplied.schema>;

/** How far the issuer's relay has published: sent every second. A gateway that has applied this is up to date. */
export const RelayPublished = defineSignal(
  'RelayPublished',
  'signals.relay',
  z.object({ position: PositionString, at: z.iso.datetime() }),
);
export type RelayPublished = z.infer<typeof RelayPublished.schema>;

/** How far analytics holds one gateway's batches for good: after each insert and every five seconds. */
export const BatchesIngested = defineSignal(
  'BatchesIngested',
  'signals.ingested',
  z.object({ gateway: z.string(), batch: z.int().min(0) }),
);
export type BatchesIngested = z.infer<typeof BatchesIngested.schema>;

/**
 * A revocation is committed: sent by the issuer that did so, at once, while the event itself goes out in its order and with
 * all before it. Whoever misses this hears of it then.
 */
export const RevocationCommitted = defineSignal(
  'RevocationCommitted',
  'signals.revoked',
  z.object({ tokenId: z.string(), position: PositionString, at: z.iso.datetime() }),
);
export type RevocationCommitted = z.infer<typeof RevocationCommitted.schema>;
