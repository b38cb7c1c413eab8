import { z } from 'zod';
import { PermissionName } from './permissions.js';
import { RoleName } from './roles.js';
import { RotationPolicy, Scope } from './token.fields.js';

const TEN_YEARS_SECONDS = 315_360_000;

/** A scope, or with `*` at its end every scope that begins so. */
export const ScopePattern = Scope.refine(
  (text) => !text.slice(0, -1).includes('*'),
  '* stands at the end or nowhere',
);

/** What may be done at once about a token that leaked: `report` says so and leaves it alone. */
export const LeakPolicyAction = z.enum(['suspend', 'revoke', 'report']);
export type LeakPolicyAction = z.infer<typeof LeakPolicyAction>;

const MOST_SOURCES = 50;

/** What a tenant wants done about its tokens that leaked. */
export const LeakResponse = z.strictObject({
  /** Absent: as the installation does. */
  usual: LeakPolicyAction.optional(),
  /** By the `source` of the report, letter by letter. */
  bySource: z
    .record(z.string().trim().min(1).max(100), LeakPolicyAction)
    .refine((map) => Object.keys(map).length <= MOST_SOURCES, `at most ${MOST_SOURCES} sources`)
    .optional(),
});
export type LeakResponse = z.infer<typeof LeakResponse>;

/** What a tenant asks of its tokens. Each rule refuses with a code of its own. */
export const TenantPolicy = z.object({
  /** Longest life of a token, in seconds; `null`: ten years. */
  maxTtlSeconds: z.int().min(60).max(TEN_YEARS_SECONDS).nullable(),
  /** Whether an API token may live until it is revoked. */
  allowsNeverExpiring: z.boolean(),
  /** Whether every API token must name the addresses it may be used from. */
  requiresIpAllow: z.boolean(),
  /** Whether tokens may have only management scopes and scopes the tenant has defined (`PUT /v1/scopes/{name}`). */
  definedScopesOnly: z.boolean().optional(),
  /** The scopes a caller with a role may grant; a role that is not named may grant what it holds and all that is not reserved. */
  scopesByRole: z.partialRecord(RoleName, z.array(ScopePattern).max(200)),
  /** What people may do in the management API only after a sign-in with a second factor; API tokens are not asked. */
  secondFactorFor: z.array(PermissionName).max(100).optional(),
  /** How long ago that sign-in may be, in seconds; `null` or absent: as long as the session lasts. */
  secondFactorMaxAgeSeconds: z.int().min(60).max(86_400).nullable().optional(),
  /** How often secrets of new tokens are replaced where nobody says otherwise; `null` or absent: not by themselves. */
  rotation: RotationPolicy.nullable().optional(),
  /** What is done at once about a token that leaked; absent: as the installation does (`LEAK_POLICY`). */
  leaks: LeakResponse.optional(),
  /** Begins every new secret of the tenant; `null`: the installation's. */
  tokenPrefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,15}$/, '2–16 characters of a–z and 0–9, a letter first')
    .nullable(),
});
export type TenantPolicy = z.infer<typeof TenantPolicy>;

/** What a tenant has that asked for nothing. */
export const OPEN_POLICY: TenantPolicy = {
  maxTtlSeconds: null,
  allowsNeverExpiring: false,
  requiresIpAllow: false,
  scopesByRole: {},
  tokenPrefix: null,
};
