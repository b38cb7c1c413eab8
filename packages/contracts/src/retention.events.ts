import { z } from 'zod';
import { defineEvent } from './event.js';
import { HoldId, HoldKind, RetentionRules } from './retention.fields.js';

const Reason = z.string().max(500);
const Count = z.int().min(0);

/** From now on bodies are kept for so long. */
export const RetentionSet = defineEvent(
  'RetentionSet',
  'audit.retention-set.v1',
  'audit.retention-set',
  z.object({ rules: RetentionRules, reason: Reason }),
);
export type RetentionSet = z.infer<typeof RetentionSet.schema>;

/** A run begins. No body goes without an entry of this type after it: whoever misses one finds here why. */
export const RetentionStarted = defineEvent(
  'RetentionStarted',
  'audit.retention-started.v1',
  'audit.retention-started',
  z.object({
    /** Of the policy in force. Entries before this one are looked at. */
    rules: RetentionRules,
  }),
);
export type RetentionStarted = z.infer<typeof RetentionStarted.schema>;

/** A run has come to its end. */
export const RetentionEnded = defineEvent(
  'RetentionEnded',
  'audit.retention-ended.v1',
  'audit.retention-ended',
  z.object({
    /** Id of the entry by which it began. */
    run: z.string().max(200),
    /** Bodies that went. */
    expired: Count,
    /** Bodies whose time is over, and that a legal hold keeps. */
    held: Count,
  }),
);
export type RetentionEnded = z.infer<typeof RetentionEnded.schema>;

/** No body that this covers goes until it is lifted, whatever the policy says. */
export const LegalHoldPlaced = defineEvent(
  'LegalHoldPlaced',
  'audit.legal-hold-placed.v1',
  'audit.legal-hold-placed',
  z.object({ holdId: HoldId, kind: HoldKind, value: z.string().max(200), reason: Reason }),
);
export type LegalHoldPlaced = z.infer<typeof LegalHoldPlaced.schema>;

/** The policy applies again to what the hold kept. */
export const LegalHoldLifted = defineEvent(
  'LegalHoldLifted',
  'audit.legal-hold-lifted.v1',
  'audit.legal-hold-lifted',
  z.object({ holdId: HoldId, reason: Reason }),
);
export type LegalHoldLifted = z.infer<typeof LegalHoldLifted.schema>;
