import { randomBytes } from 'node:crypto';
import type { SignInMethod, UserView } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { isForeign, traceOf } from '../../oauth/pages/interactions.js';
import { OidcEngine } from '../../oauth/provider/oidc-engine.js';
import { Users } from '../../people/users/users.js';
import { assuranceOf, levelOf } from '../assurance.js';
import { Factors } from '../factors/factors.js';
import { actorOf } from '../sign-in-journal.js';
import { SessionRecords } from '../sessions/session-records.js';
import { accountClientId, accountPath } from './account-client.js';

/** Whoever changes how she signs in has shown who she is this recently. */
const FRESH_SECONDS = 900;

type Session = Awaited<ReturnType<Provider['Session']['get']>>;

/** A person on her own account pages. */
export interface AccountHolder {
  tenant: string;
  user: UserView;
  session: Session;
  /** The session's id as she and administrators know it. */
  sessionId: string | undefined;
  metadata: EventMetadata;
}

/** Who is in front of the account pages: by the engine's session, fresh, and with a second factor where she has one. */
@Injectable()
export class AccountSessions {
  private readonly origin: string;

  constructor(
    @Inject(OidcEngine) private readonly engine: OidcEngine,
    @Inject(Users) private readonly users: Users,
    @Inject(SessionRecords) private readonly records: SessionRecords,
    @Inject(Factors) private readonly factors: Factors,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.origin = issuerOf(config);
  }

  /** @returns `undefined` after the person was sent to sign in. */
  async holder(request: FastifyRequest, reply: FastifyReply): Promise<AccountHolder | undefined> {
    const { tenant } = request.params as { tenant: string };
    const { provider } = this.engine;
    const session = await provider.Session.get(provider.createContext(request.raw, reply.raw));
    const user =
      session.accountId === undefined ? undefined : await this.users.find(tenant, session.accountId);
    const needed = user && (await this.factors.secondOf(tenant, user.id)) ? 2 : 1;
    const suffices = user && !session.past(FRESH_SECONDS) && levelOf(session.acr) >= needed;
    if (suffices && !isForeign(request, this.origin)) {
      const sessionId = await this.records.idOf(session.uid);
      return { tenant, user, session, sessionId, metadata: { actor: actorOf(user.id), ...traceOf(request) } };
    }
    void reply.redirect(this.signInUrl(tenant, needed), 303);
    return undefined;
  }

  /** The person has just shown one factor more in this session. */
  async raise({ session, user }: AccountHolder, method: SignInMethod): Promise<void> {
    const { acr, amr } = assuranceOf([method]);
    const { loginTs } = session;
    session.loginAccount({
      accountId: user.id,
      loginTs,
      acr,
      amr: [...new Set([...(session.amr ?? []), ...amr])],
    });
    await session.persist();
  }

  private signInUrl(tenant: string, needed: number): string {
    const url = new URL('/oauth/authorize', this.origin);
    url.search = new URLSearchParams({
      client_id: accountClientId(tenant),
      redirect_uri: `${this.origin}${accountPath(tenant)}/signed-in`,
      response_type: 'code',
      scope: 'openid',
      code_challenge: randomBytes(32).toString('base64url'), // of no verifier: nobody redeems the code
      code_challenge_method: 'S256',
      max_age: `${FRESH_SECONDS}`,
      ...(needed > 1 ? { acr_values: 'urn:gatehouse:aal2' } : {}),
    }).toString();
    return url.href;
  }
}
