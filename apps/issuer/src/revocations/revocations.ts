import type { RevocationSummary } from '@gatehouse/contracts';
import { JoiningDataSource } from '@gatehouse/event-store';
import { type Principal, TokenVerifier } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { AccessTokens } from '../oauth/access-tokens/access-tokens.js';
import { Families } from '../oauth/artifacts/families.js';
import { TokenHandler } from '../tokens/token.handler.js';
import { LiveThings, type Target } from './live-things.js';
import { Sessions } from '../sign-in/sessions/sessions.js';

/** What one call ends of each kind. */
const MOST = 250;
/** What shares a commit: more would keep the feed waiting for it. */
const AT_ONCE = 100;

/** Who ends it and why. */
export interface RevocationRequest {
  caller: Principal;
  traceparent: string;
  reason: string;
  dryRun: boolean;
}

/** Ends everything of somebody: API tokens, OAuth grants with their refresh tokens, access tokens; of a person, sessions. */
@Injectable()
export class Revocations {
  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(LiveThings) private readonly live: LiveThings,
    @Inject(TokenHandler) private readonly tokens: TokenHandler,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
    @Inject(Families) private readonly families: Families,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  /** @returns what was ended, or would be; repeated until `complete`, nothing of it is left. */
  async revoke(target: Target, request: RevocationRequest): Promise<RevocationSummary> {
    const { tenant } = request.caller;
    const grants = await this.live.grants(tenant, target, MOST + 1);
    const accessTokens = await this.live.accessTokens(tenant, target, MOST + 1);
    // First: nothing more is granted in a session that has ended.
    const sessions = await this.signOut(target, request);
    await this.endEach(grants, request, ({ id }) => this.families.endKept(id, by(request)));
    // Read again after the grants: a refresh token may have got one more until its end.
    const left = await this.live.accessTokens(tenant, target, MOST);
    await this.endEach(left, request, ({ id }) =>
      this.accessTokens.revoke(tenant, id, request.reason, by(request)),
    );
    const tokens = await this.live.tokens(tenant, target, MOST + 1);
    const kept = tokens.filter((token) => token.protected);
    const open = tokens.filter((token) => !token.protected);
    await this.endEach(open, request, async (token) => {
      if (!(await this.revokeToken(token.id, request))) kept.push(token);
    });
    return {
      dryRun: request.dryRun,
      tokens: Math.min(tokens.length, MOST) - Math.min(kept.length, MOST),
      protected: kept.slice(0, MOST).map(({ id }) => id),
      accessTokens: Math.min(accessTokens.length, MOST),
      grants: Math.min(grants.length, MOST),
      sessions,
      complete: [grants, accessTokens, open].every((found) => found.length <= MOST),
    };
  }

  /** Whoever loses everything is signed out, too (F120). */
  private async signOut({ kind, of }: Target, request: RevocationRequest): Promise<number> {
    if (kind !== 'user') return 0;
    const { tenant } = request.caller;
    const open = await this.sessions.count(tenant, of);
    const ending = { reason: 'ended-by-an-administrator', metadata: by(request) } as const;
    if (!request.dryRun) await this.sessions.endAll(tenant, of, ending);
    return open;
  }

  /** @returns false when it has become protected meanwhile. */
  private async revokeToken(
    tokenId: string,
    { caller, reason, traceparent }: RevocationRequest,
  ): Promise<boolean> {
    try {
      const metadata = { actor: caller.actor, traceparent };
      await this.tokens.handle(caller.tenant, { kind: 'revoke', tokenId, reason }, metadata);
      this.verifier.forget(tokenId);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'token-protected') return false;
      throw error;
    }
  }

  /** In pieces that commit together; the list is in the order of ids, so that two of these never wait in a circle. */
  private async endEach<Thing>(
    things: readonly Thing[],
    { dryRun }: RevocationRequest,
    end: (thing: Thing) => Promise<void>,
  ): Promise<void> {
    const due = dryRun ? [] : things.slice(0, MOST);
    for (let i = 0; i < due.length; i += AT_ONCE)
      await this.dataSource.asOne(async () => {
        for (const thing of due.slice(i, i + AT_ONCE)) await end(thing);
      });
  }
}

const by = ({ caller, traceparent }: RevocationRequest) => ({ actor: caller.actor, traceparent });
