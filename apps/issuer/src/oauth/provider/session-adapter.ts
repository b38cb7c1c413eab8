import { type AdapterPayload, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { agentFamilyOf } from '../../sign-in/sessions/agent-family.js';
import { type Place, SessionRecords, type SignedInSession } from '../../sign-in/sessions/session-records.js';
import { type AdapterParts, ArtifactAdapter } from './artifact-adapter.js';

/** The person has said yes on the page that asks. */
const isSigningOut = (ctx: KoaContextWithOIDC | undefined): boolean =>
  ctx?.oidc.route === 'end_session_confirm' && Boolean(ctx.oidc.params?.['logout']);

const placeOf = (ctx: KoaContextWithOIDC | undefined): Place | undefined =>
  ctx && { agent: agentFamilyOf(ctx.get('user-agent')), address: ctx.ip };

/** The engine's sessions: each is on record, and one that was ended from elsewhere does not come back. */
export class SessionAdapter extends ArtifactAdapter {
  constructor(
    parts: AdapterParts,
    private readonly sessions: SessionRecords,
  ) {
    super('Session', parts);
  }

  override async upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<undefined> {
    const signedIn = SessionRecords.signedInOf(payload);
    if (!signedIn || (await this.sessions.seen(signedIn, placeOf(Provider.ctx))))
      return super.upsert(id, payload, expiresInSeconds);
    // It was ended during this request, which may have granted something in it.
    await this.endGrants(signedIn);
    return undefined;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    return this.unlessOver(await super.find(id));
  }

  override async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.unlessOver(await super.findByUid(uid));
  }

  override async destroy(id: string): Promise<undefined> {
    if (isSigningOut(Provider.ctx)) await this.signOut(id);
    return super.destroy(id);
  }

  private async unlessOver(payload: AdapterPayload | undefined): Promise<AdapterPayload | undefined> {
    const signedIn = SessionRecords.signedInOf(payload);
    return signedIn && (await this.sessions.isOver(signedIn.uid)) ? undefined : payload;
  }

  /** Also ends grants that outlive a session which merely expires: who signs out takes back what was given in it. */
  private async signOut(id: string): Promise<void> {
    const signedIn = SessionRecords.signedInOf((await this.parts.artifacts.find('Session', id))?.payload);
    if (!signedIn) return;
    await this.sessions.signedOut(signedIn.uid, Provider.ctx?.get('traceparent') || undefined);
    await this.endGrants(signedIn);
  }

  private async endGrants({ authorizations }: SignedInSession): Promise<void> {
    for (const { grantId } of Object.values(authorizations))
      if (grantId !== undefined) await this.parts.families.end(grantId);
  }
}
