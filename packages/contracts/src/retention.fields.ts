import { z } from 'zod';
import { TenantId } from './event.js';
import { RequestLogged } from './request.events.js';

const A_CENTURY_DAYS = 36_500;

/** What is never forgotten: who decided what about the log, and the counts that completeness rests on. */
const isKeptForEver = (type: string): boolean => type.startsWith('audit.') || type === RequestLogged.type;

/** How long bodies of entries are kept. Of the rules that fit an entry, the one that names its tenant and type wins over one that names its tenant, that over one that names its type. */
export const RetentionRule = z.strictObject({
  /** Absent: every tenant. */
  tenant: TenantId.optional(),
  /** As on the wire, e.g. `token.issued.v1`; absent: every type. */
  type: z
    .string()
    .regex(/^[a-z-]+(\.[a-z-]+)+\.v\d+$/, 'expected a type as on the wire, e.g. token.issued.v1')
    .max(100)
    .refine((type) => !isKeptForEver(type), {
      error: `entries of audit itself and of ${RequestLogged.type} hold nobody’s data and are kept for ever: leave the rule out`,
    })
    .optional(),
  /** Days since it happened; `null`: for ever. */
  keepDays: z.int().min(1).max(A_CENTURY_DAYS).nullable(),
});
export type RetentionRule = z.infer<typeof RetentionRule>;

/** A whole policy; what no rule fits is kept for ever. */
export const RetentionRules = z
  .array(RetentionRule)
  .max(200)
  .refine((rules) => new Set(rules.map(({ tenant, type }) => `${tenant} ${type}`)).size === rules.length, {
    error: 'two rules name the same tenant and type: leave one of them out',
  });

/** Whose entries a legal hold keeps: all of a tenant, or all that name a person or a token. */
export const HoldKind = z.enum(['tenant', 'person', 'token']);
export type HoldKind = z.infer<typeof HoldKind>;

export const HoldId = z.string().regex(/^hold_[0-9a-f]{32}$/, 'expected hold_ and 32 hexadecimal digits');
