import { MalformedEvent, TenantId } from '@gatehouse/contracts';
import type { Hash } from '@gatehouse/tlog';
import { LARGEST_ENTRY, leafHash } from '@gatehouse/tlog';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { rowOf } from './leaf-row.js';

/** Where an event came from: ids are unique within each, so that no gateway can take an id of the issuer's. */
export type Channel = 'issuer' | 'requests' | 'audit';

/** What the log needs of a leaf to append it. */
export interface AppendableLeaf {
  channel: Channel;
  eventId: string;
  /** RFC 9162 §2.1.1, over the event’s RFC 8785 form. */
  leafHash: Hash;
  /** Its row, but for the index; see {@link rowOf}. */
  row: Uint8Array;
}

/** One leaf to be, and what it can be found by. */
export interface Leaf extends AppendableLeaf {
  type: string;
  source: string;
  subject: string;
  tenant: string;
  actor: string;
  /** The token it is about, if any. */
  token: string | null;
  at: string;
  /** RFC 8785 form of the event. */
  canonical: string;
}

/** One check each, since every leaf passes them. PostgreSQL's text cannot hold NUL. */
const Text = (most: number, least = 1) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\0]{${least},${most}}$`),
      `expected ${least}–${most} characters, none of them NUL`,
    );

/**
 * What a leaf is found by. Everything else is logged as it came, so that a type this build does not know is logged
 * like any other: the log records what was said, whether or not it understands it.
 */
const LoggableEvent = z.object({
  specversion: z.literal('1.0'),
  id: Text(200),
  type: Text(100),
  source: Text(100),
  subject: Text(200),
  tenant: TenantId,
  actor: Text(200, 0),
  time: z.iso.datetime(),
  data: z.object({ tokenId: Text(64).optional() }),
});

/**
 * The leaf of an event.
 * @param event the whole event as decoded; all of it is hashed.
 * @throws MalformedEvent when the event can never become a leaf.
 */
export function leafOf(channel: Channel, event: Readonly<Record<string, unknown>>): Leaf {
  const parsed = LoggableEvent.safeParse(event);
  if (!parsed.success) throw malformed(event, parsed.error);
  const { id, type, source, subject, tenant, actor, time, data } = parsed.data;
  const canonical = canonicalOf(event);
  assertFitsBundle(id, canonical);
  const leaf = {
    channel,
    eventId: id,
    type,
    source,
    subject,
    tenant,
    actor,
    token: data.tokenId ?? null,
    at: time,
    leafHash: leafHash(canonical),
    canonical,
  };
  return { ...leaf, row: rowOf(leaf) };
}

/** The issuer bounds what its events hold well below this: a larger one could be logged, but no tile server could serve it. */
function assertFitsBundle(id: string, canonical: string): void {
  const bytes = Buffer.byteLength(canonical);
  if (bytes > LARGEST_ENTRY)
    throw new MalformedEvent(
      `event ${id}: has ${bytes} bytes in its canonical form; an entry holds ${LARGEST_ENTRY}`,
    );
}

function canonicalOf(event: Readonly<Record<string, unknown>>): string {
  try {
    return canonicalJson(event);
  } catch (error) {
    throw new MalformedEvent(`event ${String(event.id)}: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

function malformed(event: Readonly<Record<string, unknown>>, error: z.ZodError): MalformedEvent {
  const issue = error.issues[0];
  const id = typeof event.id === 'string' ? event.id.slice(0, 100) : 'without an id';
  return new MalformedEvent(`event ${id}: ${issue?.path.join('.')}: ${issue?.message}`, { cause: error });
}
