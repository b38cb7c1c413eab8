import type { IncomingMessage, ServerResponse } from 'node:http';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Adapter } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { ExternalKeys } from '../../keys/external-keys.js';
import { SigningKeys } from '../../keys/signing-keys.js';
import { Members } from '../../people/members/members.js';
import { Users } from '../../people/users/users.js';
import { SessionRecords } from '../../sign-in/sessions/session-records.js';
import { TokenLookups } from '../../tokens/lookup-token/token-lookups.js';
import { Applications } from '../applications/applications.js';
import { Artifacts } from '../artifacts/artifacts.js';
import { Families } from '../artifacts/families.js';
import { Redemptions } from '../artifacts/redemptions.js';
import { AccessTokenRecorder } from './access-token-recorder.js';
import { ArtifactAdapter } from './artifact-adapter.js';
import { ClientAdapter } from './client-adapter.js';
import { isClientSecret, registrationOf } from './client-registration.js';
import { engineConfigurationOf } from './engine-configuration.js';
import { narrowedToRole, planOf, subjectOf } from './holder-claims.js';
import { SessionAdapter } from './session-adapter.js';
import { settleRedemptions } from './settle-redemptions.js';
import { StructuredTokens } from './structured-tokens.js';
import { usesOf } from './single-use.js';
import { tellOutages } from './tell-outages.js';
import { registerTokenExchange } from './token-exchange.js';
import { registerJwtBearer } from './workload-grants.js';
import { WorkloadAssertions } from '../workloads/workload-assertions.js';
import { authenticationOf, delegationOf, keyIdOf, tenantOf, termsOf } from './token-terms.js';
import { Suspensions } from '../../tenants/suspensions.js';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The protocol engine. It takes its keys once, so a change of keys makes a new one (about a millisecond) that takes the
 * place of the old; requests under way finish where they began.
 */
@Injectable()
export class OidcEngine implements OnApplicationBootstrap {
  private current: { provider: Provider; handle: Handle } | undefined;

  constructor(
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(ExternalKeys) private readonly externalKeys: ExternalKeys,
    @Inject(Applications) private readonly applications: Applications,
    @Inject(Suspensions) private readonly suspensions: Suspensions,
    @Inject(Users) private readonly users: Users,
    @Inject(Members) private readonly members: Members,
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(Redemptions) private readonly redemptions: Redemptions,
    @Inject(Families) private readonly families: Families,
    @Inject(AccessTokenRecorder) private readonly recorder: AccessTokenRecorder,
    @Inject(SessionRecords) private readonly sessions: SessionRecords,
    @Inject(StructuredTokens) private readonly structuredTokens: StructuredTokens,
    @Inject(TokenLookups) private readonly lookups: TokenLookups,
    @Inject(WorkloadAssertions) private readonly assertions: WorkloadAssertions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.keys.onChange(() => {
      this.current = undefined;
    });
  }

  onApplicationBootstrap(): void {
    this.engine(); // a wrong configuration is told at the start
  }

  /** For the pages, which finish what it began. */
  get provider(): Provider {
    return this.engine().provider;
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.engine().handle(request, response);
  }

  private engine(): { provider: Provider; handle: Handle } {
    this.current ??= this.build();
    return this.current;
  }

  private build(): { provider: Provider; handle: Handle } {
    const provider = new Provider(issuerOf(this.config), {
      ...engineConfigurationOf({
        config: this.config,
        keys: this.keys.all(),
        externalKeys: this.externalKeys,
        isSuspended: (clientId) => this.suspensions.isSuspendedOfClient(clientId),
        findAccount: async (ctx, sub) => {
          const tenant = ctx.oidc.client && registrationOf(ctx.oidc.client).tenant;
          const user = tenant && (await this.users.find(tenant, sub));
          return user
            ? { accountId: sub, claims: () => ({ sub, email: user.email, name: user.name }) }
            : undefined;
        },
        beforeSigning: async (ctx, token, { payload }) => {
          Object.assign(payload, subjectOf(token), authenticationOf(ctx), delegationOf(ctx, payload));
          Object.assign(payload, tenantOf(token), planOf(ctx, token), usesOf(ctx));
          Object.assign(payload, await narrowedToRole(ctx, token, this.members));
          payload['jti'] = await this.recorder.recordJwt(termsOf(token, payload), keyIdOf(token));
        },
      }),
      adapter: (model: string) => this.adapterOf(model),
    });
    provider.proxy = true; // the mount overwrites what it says
    const { TOKEN_PEPPERS } = this.config;
    provider.Client.prototype.compareClientSecret = function compare(presented: string) {
      return isClientSecret(this, presented, TOKEN_PEPPERS, new Date());
    };
    const { lookups: lookup, assertions } = this;
    registerTokenExchange(provider, { lookup, assertions, keys: this.keys.all() });
    registerJwtBearer(provider, assertions, this.keys.all());
    provider.use(settleRedemptions(this.redemptions, this.logger));
    provider.use(this.structuredTokens.middleware());
    provider.use(tellOutages(provider, this.logger));
    return { provider, handle: provider.callback() };
  }

  private adapterOf(model: string): Adapter {
    if (model === 'Client') return new ClientAdapter(this.applications, issuerOf(this.config));
    const { artifacts, redemptions, families, recorder, sessions } = this;
    const parts = { artifacts, redemptions, families, recorder };
    return model === 'Session' ? new SessionAdapter(parts, sessions) : new ArtifactAdapter(model, parts);
  }
}
