import { Acr, type TenantPolicy } from '@gatehouse/contracts';
import type { StepUp } from '@gatehouse/http';
import { levelOf } from './assurance.js';

/** A second factor, and the strongest there is. */
const SECOND_FACTOR: Acr = 'urn:gatehouse:aal2';

/**
 * @param claims of her access token, which say how she signed in.
 * @returns `undefined` when her sign-in is enough for everything her tenant's policy names.
 */
export function stepUpOf(
  policy: Pick<TenantPolicy, 'secondFactorFor' | 'secondFactorMaxAgeSeconds'>,
  claims: Readonly<Record<string, unknown>>,
  now: Date,
): StepUp | undefined {
  const { secondFactorFor = [], secondFactorMaxAgeSeconds: maxAgeSeconds = null } = policy;
  if (secondFactorFor.length === 0) return undefined;
  const { acr, auth_time: signedInAt } = claims;
  const isStrong = levelOf(acr) >= levelOf(SECOND_FACTOR);
  // Without an instant it is as old as can be.
  const ageSeconds = now.getTime() / 1000 - (typeof signedInAt === 'number' ? signedInAt : 0);
  const isRecent = maxAgeSeconds === null || ageSeconds <= maxAgeSeconds;
  return isStrong && isRecent ? undefined : { for: secondFactorFor, acrValues: SECOND_FACTOR, maxAgeSeconds };
}
