import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import type { UsableKey } from '../../keys/signing-keys.js';
import type { Workload, WorkloadAssertions } from '../workloads/workload-assertions.js';
import { JWT_BEARER } from './grant-types.js';
import { narrowedToken } from './narrowed-token.js';

const WORKLOAD = 'workload';

const Bearer = z.object({
  assertion: z.string(),
  resource: z.string().optional(),
  scope: z.string().optional(),
});

/** The workload this request is made by, for the event. */
export function workloadIn({ state }: KoaContextWithOIDC): Workload | undefined {
  return state[WORKLOAD] as Workload | undefined;
}

/** RFC 7523 §2.1: a token of an outside issuer is all a workload needs to act as an application. */
export function registerJwtBearer(
  provider: Provider,
  assertions: WorkloadAssertions,
  keys: readonly UsableKey[],
): void {
  const grant = async (ctx: KoaContextWithOIDC) => {
    const asked = Bearer.safeParse(ctx.oidc.params);
    if (!asked.success)
      throw new errors.InvalidRequest('assertion is missing, or a parameter is there twice');
    ctx.body = await tokenFor(ctx, assertions, keys, asked.data);
  };
  provider.registerGrantType(JWT_BEARER, grant, Object.keys(Bearer.shape));
}

/** What a workload gets on the word of an assertion, by whichever grant. */
export async function tokenFor(
  ctx: KoaContextWithOIDC,
  assertions: WorkloadAssertions,
  keys: readonly UsableKey[],
  { assertion, ...asked }: z.infer<typeof Bearer>,
): Promise<Record<string, unknown>> {
  const workload = await assertions.workloadOf(ctx.oidc.client?.clientId ?? '', assertion);
  // RFC 7521 §4.1.1. One answer, whatever is wrong: who guesses learns nothing.
  if (!workload) throw new errors.InvalidGrant('the assertion is not good for this application');
  ctx.state[WORKLOAD] = workload;
  return narrowedToken(ctx, keys, { mayDo: workload.scopes, ttlSeconds: workload.ttlSeconds, asked });
}
