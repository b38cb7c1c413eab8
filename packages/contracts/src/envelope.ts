import { z } from 'zod';
import { MalformedEvent } from './catalogue.js';
import { PositionString, TenantId } from './event.js';
import { WholeObject } from './whole-object.js';

/**
 * What every event of an event store has in common. A subscriber that only orders, stores or forwards events reads no
 * more than this, so that it keeps working when a newer issuer publishes a type it has never heard of.
 */
const StoredEventEnvelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  source: z.string().min(1).max(100),
  type: z.string().min(1).max(100),
  subject: z.string().min(1).max(200),
  time: z.iso.datetime(),
  tenant: TenantId,
  actor: z.string().max(200),
  position: PositionString,
  preceding: PositionString,
  data: WholeObject,
});
export type StoredEventEnvelope = z.infer<typeof StoredEventEnvelope>;

/**
 * Reads the envelope of an event that has a place in an event store.
 * @throws MalformedEvent naming the field that is wrong.
 */
export function parseEnvelope(json: unknown): StoredEventEnvelope {
  const parsed = StoredEventEnvelope.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new MalformedEvent(`envelope: ${issue?.path.join('.')}: ${issue?.message}`, { cause: parsed.error });
}

/** Subjects of every event that comes from the issuer's event store. */
export const ISSUER_SUBJECTS = ['tokens.>', 'keys.>', 'apps.>', 'users.>', 'tenants.>', 'catalog.>'] as const;
