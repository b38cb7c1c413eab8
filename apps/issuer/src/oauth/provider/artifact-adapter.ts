import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors, Provider } from 'oidc-provider';
import type { AccessTokenRecorder } from './access-token-recorder.js';
import type { ArtifactLinks, Artifacts } from '../artifacts/artifacts.js';
import type { Families } from '../artifacts/families.js';
import type { Redeemable, Redemptions } from '../artifacts/redemptions.js';

/** Set in Koa's state when a refresh token was redeemed a moment ago: `settle-redemptions.ts` answers once more. */
export const REDEEMED_MOMENTS_AGO = 'redeemedMomentsAgo';

/** Where Koa's state has the claim of this request, for `settle-redemptions.ts`. */
export const CLAIM = 'claim';

/** Found by something else than their id, which has to come back with them; all of it is sealed. */
const FOUND_OTHERWISE = new Set(['Session', 'DeviceCode']);

/** What the adapters of all models share. */
export interface AdapterParts {
  artifacts: Artifacts;
  redemptions: Redemptions;
  families: Families;
  recorder: AccessTokenRecorder;
}

const isRedeemable = (model: string): model is Redeemable =>
  model === 'AuthorizationCode' || model === 'RefreshToken' || model === 'DeviceCode';

/** oidc-provider's storage of one model. The id of an artifact is what lets its holder in: it is kept nowhere. */
export class ArtifactAdapter implements Adapter {
  constructor(
    private readonly model: string,
    protected readonly parts: AdapterParts,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<undefined> {
    const { jti: _secret, ...rest } = payload;
    const said = FOUND_OTHERWISE.has(this.model) ? payload : rest;
    const onlyNew = this.model === 'ReplayDetection';
    const kept = await this.parts.artifacts.keep(
      this.model,
      id,
      said,
      await this.linksOf(payload, expiresInSeconds),
      onlyNew,
    );
    // RFC 9449 §11.1: of two requests with one proof at the same moment, the engine's look-up lets both through.
    if (!kept) throw new errors.InvalidRequest('the proof or assertion was used before');
    return undefined;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const artifact = await this.parts.artifacts.find(this.model, id);
    if (!artifact) return undefined;
    if (!isRedeemable(this.model)) return { ...artifact.payload, jti: id };
    // A claim that is not settled is somebody's who may yet fail: `consume` decides between them.
    const over = (await this.parts.redemptions.stateOf(this.model, id)) === 'over';
    return { ...artifact.payload, jti: id, ...(over ? { consumed: true } : {}) };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return (await this.parts.artifacts.findByUid(uid))?.payload;
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return (await this.parts.artifacts.findByUserCode(userCode))?.payload;
  }

  async consume(id: string): Promise<undefined> {
    if (!isRedeemable(this.model)) return this.destroy(id);
    const { redemptions } = this.parts;
    const claim = await redemptions.claim(this.model, id);
    if (claim !== undefined) {
      if (Provider.ctx) Provider.ctx.state[CLAIM] = claim;
      return undefined;
    }
    const state = await redemptions.untilSettled(this.model, id);
    // Whoever has claimed it takes his time, and may fail yet: nobody has to sign in again for that.
    if (state === 'open')
      throw new errors.TemporarilyUnavailable('it is being redeemed: try again in a moment');
    if (state === 'answered' && Provider.ctx) Provider.ctx.state[REDEEMED_MOMENTS_AGO] = true;
    // RFC 6749 §4.1.2, RFC 9700 §4.14.2: used twice, so one of the two stole it.
    if (state === 'over') await this.endGrantOf(id);
    throw new errors.InvalidGrant('it was redeemed already');
  }

  async destroy(id: string): Promise<undefined> {
    const tokenId = await this.parts.artifacts.remove(this.model, id);
    if (tokenId && Provider.ctx) await this.parts.recorder.revoke(Provider.ctx, tokenId);
    return undefined;
  }

  /** The engine tells every model of a grant; access tokens are always among them, and stand for all. */
  async revokeByGrantId(grantId: string): Promise<undefined> {
    if (this.model === 'AccessToken') await this.parts.families.end(grantId);
    return undefined;
  }

  private async endGrantOf(id: string): Promise<void> {
    const artifact = await this.parts.artifacts.find(this.model, id);
    const grantId = artifact?.payload['grantId'];
    if (typeof grantId === 'string') await this.parts.families.end(grantId);
  }

  private async linksOf(payload: AdapterPayload, expiresInSeconds: number): Promise<ArtifactLinks> {
    const { grantId, uid, userCode, clientId, accountId } = payload;
    return {
      grantId: this.model === 'Interaction' ? undefined : grantId,
      uid: this.model === 'Session' ? uid : undefined,
      userCode,
      ...(this.model === 'Grant' ? { applicationId: clientId, userId: accountId } : {}),
      expiresAt: expiresInSeconds ? new Date(Date.now() + expiresInSeconds * 1000) : undefined,
      tokenId:
        this.model === 'AccessToken' || this.model === 'ClientCredentials'
          ? await this.parts.recorder.recordOpaque(payload)
          : undefined,
    };
  }
}
