import { z } from 'zod';

/** A tenant id: safe as one token of a NATS subject. */
export const TenantId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a tenant id is 1–63 characters of a–z, 0–9 and -');

/** The tenant of whoever runs this installation: who may see every tenant's entries, and the feed. */
export const OPERATOR_TENANT = 'default';

/** Claim of a JWT access token that names its tenant (RFC 7519 §4.2: a name that nobody else gives a meaning). */
export const TENANT_CLAIM = 'https://gatehouse.dev/tenant';

/** Claim of a JWT access token that is good for one request: whoever takes it has to consume it first, at its issuer. */
export const SINGLE_USE_CLAIM = 'https://gatehouse.dev/single-use';

/** An event-store position, `"<tx>.<sequence>"`: compare with `comparePositions` of `@gatehouse/kernel`. */
export const PositionString = z.string().regex(/^\d{1,20}\.\d{1,19}$/, 'a position is "<tx>.<sequence>"');

/** The attributes every event carries beside its data (CloudEvents 1.0, JSON format). */
const envelope = {
  specversion: z.literal('1.0'),
  /** Unique for ever: consumers are idempotent by it. */
  id: z.string().min(1).max(200),
  /** The service that owns the truth, e.g. `issuer`. */
  source: z.string().min(1).max(100),
  /** The stream the event belongs to, e.g. a token id. */
  subject: z.string().min(1).max(200),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  tenant: TenantId,
  /** Who did it: `token:<id>`, `system:<service>`; `file`: whoever can write a gateway's file. */
  actor: z.string().max(200),
  /** W3C Trace Context of the request that caused it. */
  traceparent: z.string().max(60).optional(),
  /** Place in the owner's event store; absent on events that do not come from one (RequestLogged). */
  position: PositionString.optional(),
  /** Position of the event just before in feed order, so that a subscriber can see a gap and refill it from the feed. */
  preceding: PositionString.optional(),
};

/** One version of one event: its name in code, its name on the wire, where it is published and what it carries. */
export interface EventDefinition<Name extends string, Type extends string, Data extends z.ZodType> {
  readonly name: Name;
  readonly type: Type;
  /** The first two tokens of the NATS subject; the tenant follows. */
  readonly subjectPrefix: string;
  readonly data: Data;
  readonly schema: z.ZodObject<typeof envelope & { type: z.ZodLiteral<Type>; data: Data }>;
}

/** Declares an event version. A published version never changes: add a `v2` and an upcaster. */
export function defineEvent<const Name extends string, const Type extends string, Data extends z.ZodType>(
  name: Name,
  type: Type,
  subjectPrefix: string,
  data: Data,
): EventDefinition<Name, Type, Data> {
  return { name, type, subjectPrefix, data, schema: z.object({ ...envelope, type: z.literal(type), data }) };
}

/** The event of a definition, as it travels. */
export type EventOf<D> = D extends { schema: infer S extends z.ZodType } ? z.infer<S> : never;
