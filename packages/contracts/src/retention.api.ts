import { z } from 'zod';
import { TenantId } from './event.js';
import { HoldId, HoldKind, RetentionRules } from './retention.fields.js';
import { UserId } from './user.fields.js';

const Reason = z.string().trim().min(1).max(500);
const Instant = z.iso.datetime();

/** How far a run of the retention has come. */
export const RetentionRun = z.object({
  /** Id of the entry by which it began. */
  run: z.string(),
  startedAt: Instant,
  /** Entries below `through` are looked at; those below `done` have been. */
  through: z.int(),
  done: z.int(),
  /** Bodies that went so far. */
  expired: z.int(),
  /** Bodies whose time is over, and that a legal hold keeps. */
  held: z.int(),
  endedAt: Instant.nullable(),
});
export type RetentionRun = z.infer<typeof RetentionRun>;

/** Answer of `GET /v1/retention`. */
export const RetentionView = z.object({
  /** None: everything is kept for ever. */
  rules: RetentionRules,
  setAt: Instant.nullable(),
  setBy: z.string().nullable(),
  lastRun: RetentionRun.nullable(),
});
export type RetentionView = z.infer<typeof RetentionView>;

/** Body of `PUT /v1/retention`: the whole policy; it replaces the one before. */
export const RetentionBody = z.strictObject({
  rules: RetentionRules,
  /** Why; kept in the log. */
  reason: Reason,
  /** Only says what would go. */
  dryRun: z.boolean().default(false),
});
export type RetentionBody = z.infer<typeof RetentionBody>;

/** Answer of `PUT /v1/retention`: what the next run would do. */
export const RetentionForecast = z.object({
  dryRun: z.boolean(),
  rules: RetentionRules,
  /** Bodies whose time is over: `entries` go, `held` stay because of a legal hold. At most 1,000, the largest first. */
  due: z.array(z.object({ tenant: z.string(), type: z.string(), entries: z.int(), held: z.int() })),
});
export type RetentionForecast = z.infer<typeof RetentionForecast>;

/** Body of `POST /v1/legal-holds`. */
export const HoldBody = z
  .strictObject({
    kind: HoldKind,
    /** Id of the tenant, the person or the token. */
    value: z.string(),
    /** Why; kept in the log. It is no place for a name. */
    reason: Reason,
  })
  .superRefine(({ kind, value }, context) => {
    const issue = HOLD_VALUES[kind].safeParse(value).error?.issues[0];
    if (issue) context.addIssue({ code: 'custom', path: ['value'], message: issue.message });
  });
export type HoldBody = z.infer<typeof HoldBody>;

const HOLD_VALUES = {
  tenant: TenantId,
  person: UserId,
  token: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'expected the id of a token, e.g. tok_0190…'),
} as const satisfies Record<HoldKind, z.ZodType>;

/** A legal hold, in force or lifted. */
export const LegalHold = z.object({
  id: HoldId,
  kind: HoldKind,
  value: z.string(),
  reason: z.string(),
  placedBy: z.string(),
  placedAt: Instant,
  lifted: z.object({ by: z.string(), at: Instant, reason: z.string() }).nullable(),
});
export type LegalHold = z.infer<typeof LegalHold>;

/** Answer of `GET /v1/legal-holds`: those in force first, the newest first; at most 1,000 in all. */
export const LegalHoldList = z.object({ items: z.array(LegalHold) });
export type LegalHoldList = z.infer<typeof LegalHoldList>;

/** Body of `POST /v1/legal-holds/{id}/lift`. */
export const LiftBody = z.strictObject({ reason: Reason });
export type LiftBody = z.infer<typeof LiftBody>;
