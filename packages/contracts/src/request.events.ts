import { z } from 'zod';
import { defineEvent } from './event.js';

/** How a request ended. `served`: the upstream answered; `refused`: a policy said no; `failed`: no answer could be had; `aborted`: the client left. */
export const RequestOutcome = z.enum(['served', 'refused', 'failed', 'aborted']);
export type RequestOutcome = z.infer<typeof RequestOutcome>;

/** More of them a record does not name. */
export const MAX_FINDINGS = 16;

/** What a cache made of a request, in the words of RFC 9211 where it has one. */
export const CacheOutcome = z.enum(['hit', 'stale', 'revalidated', 'miss', 'bypass']);
export type CacheOutcome = z.infer<typeof CacheOutcome>;

/** One answered request. Strings are cut to the stated lengths by the gateway; query values are redacted. */
export const RequestRecord = z.object({
  /** Counts up by one for every request this gateway answered, for ever: a hole is a loss. */
  seq: z.int().min(1),
  at: z.iso.datetime(),
  requestId: z.string().max(64),
  tenant: z.string(),
  /** Route id; empty where no route matched. */
  route: z.string(),
  /** Empty where no token was recognised. */
  tokenId: z.string(),
  /** Which of the token's secrets was presented; absent where it has none (a JWT) or was not recognised. */
  secretId: z.string().max(64).optional(),
  /** To which application the token was issued; absent: to none, or not known. */
  applicationId: z.string().max(256).optional(),
  /** For whom the application acted; absent: for itself, or not known. */
  userId: z.string().max(256).optional(),
  /** With whose tokens it shares limits; absent: with nobody's. */
  identityId: z.string().max(64).optional(),
  /** What its holder pays for; absent: no plan is known. */
  plan: z.string().max(256).optional(),
  /** Every scope the route asked for; absent where it asked for none. */
  scopes: z.array(z.string().max(128)).max(50).optional(),
  /** What rules noticed of the request, whether or not it was refused for it; absent: nothing. */
  findings: z.array(z.string().max(32)).min(1).max(MAX_FINDINGS).optional(),
  method: z.string().max(32),
  path: z.string().max(1024),
  status: z.int().min(0).max(999),
  outcome: RequestOutcome,
  /** The problem code of a refusal or failure; otherwise empty. */
  code: z.string(),
  clientAddress: z.string().max(64),
  /** ISO 3166-1 alpha-2, or empty where the table does not know the address. */
  country: z.string().max(2),
  /** Number of the autonomous system that announces the address (RFC 6793); absent: not known. */
  asn: z.int().min(1).max(4_294_967_295).optional(),
  userAgent: z.string().max(256),
  referrer: z.string().max(512),
  requestBytes: z.int().min(0),
  responseBytes: z.int().min(0),
  /** From the first byte read to the last byte handed to the socket, milliseconds. */
  latencyMs: z.number().min(0),
  /** The part of it spent waiting for the upstream's first byte, milliseconds. */
  upstreamMs: z.number().min(0),
  traceId: z.string().max(32),
  /** Absent: no cache was asked. */
  cache: CacheOutcome.optional(),
  /** The limit that refused it; absent: none did. */
  limit: z.string().max(128).optional(),
  /** How long it waited for its turn at a limit, milliseconds; absent: not at all. */
  waitedMs: z.number().min(0).optional(),
  /** What it has cost of its token's credits, or of its identity's; absent: nothing. */
  credits: z.int().min(1).optional(),
});
export type RequestRecord = z.infer<typeof RequestRecord>;

/**
 * A numbered batch of one gateway's records. A batch that spans tenants travels as several parts, one per tenant,
 * so that a subscriber of one tenant never sees another's rows; all parts carry the same `batch`, `from` and `to`.
 */
export const RequestLogged = defineEvent(
  'RequestLogged',
  'request.logged.v1',
  'requests.logged',
  z.object({
    gateway: z.string().min(1).max(64),
    /** Counts up by one per gateway, starting at 1. */
    batch: z.int().min(1),
    part: z.int().min(1),
    parts: z.int().min(1),
    /** First and last `seq` the batch covers; `to - from + 1` records over all parts, unless some were lost. */
    from: z.int().min(1),
    to: z.int().min(1),
    /** The lowest batch this gateway still holds: everything below is either ingested or lost for good. */
    oldest: z.int().min(1),
    records: z.array(RequestRecord),
  }),
);
export type RequestLogged = z.infer<typeof RequestLogged.schema>;
