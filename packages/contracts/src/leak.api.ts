import { z } from 'zod';
import { LastUse, TokenView } from './token.api.js';
import { TokenId } from './token.fields.js';

/** What was done with a token because it leaked. `none`: the policy only reports, or the secret worked no longer. */
export const LeakAction = z.enum(['suspended', 'revoked', 'none']);
export type LeakAction = z.infer<typeof LeakAction>;

export const LeakId = z.string().regex(/^leak_[0-9a-f]{32}$/, 'a leak id is leak_ and 32 hexadecimal digits');

/** Body of `POST /v1/leaks` from a caller with a token of his own (`leaks:report`). */
export const ReportLeakBody = z.strictObject({
  /** The leaked token. It is neither stored nor logged. */
  token: z.string().min(1).max(512),
  /** Where it was seen; tokens within are blotted out. */
  url: z.string().max(2048).default(''),
  /** What kind of place it is, e.g. `chat`, `log`. */
  source: z.string().trim().min(1).max(100).default('form'),
});
export type ReportLeakBody = z.infer<typeof ReportLeakBody>;

/** Whether a reported text is a token at all: the words that secret scanners expect. */
export const LeakLabel = z.enum(['true_positive', 'false_positive']);
export type LeakLabel = z.infer<typeof LeakLabel>;

/** Answer of `POST /v1/leaks`. A text nobody knows and another tenant's token are answered alike. */
export const ReportedLeak = z.object({
  label: LeakLabel,
  /** For `GET /v1/leaks/{id}`. */
  leakId: LeakId.optional(),
});
export type ReportedLeak = z.infer<typeof ReportedLeak>;

/** Body of `POST /v1/leaks` as code hosts' secret scanners send it, signed. Fields they may add are ignored. */
export const ScannerMatches = z
  .array(
    z.object({
      token: z.string().max(512),
      /** The scanner's name for the pattern. */
      type: z.string().max(100),
      /** May be empty. */
      url: z.string().max(2048).default(''),
      source: z.string().max(100).default(''),
    }),
  )
  .min(1)
  .max(1_000);
export type ScannerMatches = z.infer<typeof ScannerMatches>;

/** Answer to a scanner, one for each match: it learns which were real. */
export const ScannerFeedback = z.array(
  z.object({
    /** SHA-256 of the token, hexadecimal. */
    token_hash: z.string(),
    token_type: z.string(),
    label: LeakLabel,
  }),
);
export type ScannerFeedback = z.infer<typeof ScannerFeedback>;

/** Answer of `GET /v1/leaks/pattern`: what scanners look for. Public. */
export const LeakPattern = z.object({
  type: z.string(),
  /** A regular expression; every true token matches. */
  pattern: z.string(),
  /** How to tell a token from what only looks like one, without asking anybody. */
  checksum: z.string(),
});
export type LeakPattern = z.infer<typeof LeakPattern>;

const UsedTrait = z.object({
  value: z.string(),
  firstUsedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
});

/** Answer of `GET /v1/leaks/{id}`: what a leaked token may do and has done (S9). */
export const LeakReport = z.object({
  id: LeakId,
  tokenId: TokenId,
  /** Which of its secrets leaked. */
  secretId: z.string(),
  reportedAt: z.iso.datetime(),
  /** `token:<id>`, or `scanner:<key id>`. */
  reportedBy: z.string(),
  source: z.string(),
  url: z.string(),
  action: LeakAction,
  /** What it may do, and how it stands now. */
  token: TokenView,
  /** Every secret that was ever used, the latest first: addresses and countries it came from last. */
  lastUses: z.array(LastUse.extend({ secretId: z.string() })),
  /** Every scope it made use of, the latest first. */
  scopesUsed: z.array(UsedTrait),
  /** Every country it came from, the latest first. */
  countries: z.array(UsedTrait),
  /** Where the rest is told. */
  links: z.object({
    /** The token's history, at the issuer. */
    events: z.string(),
    /** Its requests by route, outcome and country over the last 30 days, at analytics. */
    usage: z.string(),
  }),
});
export type LeakReport = z.infer<typeof LeakReport>;
