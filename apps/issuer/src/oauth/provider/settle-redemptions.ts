import type { Logger } from '@gatehouse/service';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Redemptions } from '../artifacts/redemptions.js';
import { CLAIM, REDEEMED_MOMENTS_AGO } from './artifact-adapter.js';
import { type EngineMiddleware, wasRouted } from './engine-middleware.js';

/**
 * Runs around the token endpoint. An answer is sent only when the code or refresh token it was given for is settled;
 * an honest retry of a refresh gets the answer it missed. By then the engine has checked everything about the retry but
 * that it comes second: client, DPoP key, grant.
 */
export const settleRedemptions =
  (redemptions: Redemptions, logger: Logger): EngineMiddleware =>
  async (ctx, next) => {
    await next();
    if (!wasRouted(ctx) || ctx.oidc.route !== 'token') return;
    try {
      if (ctx.status === 200) await settle(ctx, redemptions);
      else await answerAgain(ctx, redemptions);
    } catch (error) {
      logger.error({ err: error }, 'a redemption could not be settled');
      ctx.status = 503;
      ctx.body = { error: 'temporarily_unavailable', error_description: 'try again' };
    }
  };

async function settle({ oidc, body, state }: KoaContextWithOIDC, redemptions: Redemptions): Promise<void> {
  const claim: unknown = state[CLAIM];
  if (typeof claim !== 'string') return;
  const { AuthorizationCode, DeviceCode, RotatedRefreshToken, RefreshToken } = oidc.entities;
  if (AuthorizationCode) await redemptions.settle('AuthorizationCode', AuthorizationCode.jti, claim);
  if (DeviceCode) await redemptions.settle('DeviceCode', DeviceCode.jti, claim);
  if (RotatedRefreshToken && RefreshToken)
    await redemptions.settle('RefreshToken', RotatedRefreshToken.jti, claim, {
      body,
      successor: RefreshToken.jti,
    });
}

async function answerAgain(ctx: KoaContextWithOIDC, redemptions: Redemptions): Promise<void> {
  if (!ctx.state[REDEEMED_MOMENTS_AGO]) return;
  const answer = await redemptions.answerOf(String(ctx.oidc.params?.['refresh_token']));
  if (answer === undefined) return;
  ctx.status = 200;
  ctx.body = answer;
}
