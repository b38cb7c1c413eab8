import { JoiningDataSource } from '@gatehouse/event-store';
import { HttpAuthModule, TokenVerifier } from '@gatehouse/http';
import { Readiness } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { apiControllers, apiProviders } from './apis/apis.parts.js';
import { BootstrapTokens } from './bootstrap/bootstrap-tokens.js';
import { creditControllers, creditProviders } from './credits/credits.parts.js';
import { FeedController } from './feed/feed.controller.js';
import { LiveGateways } from './gateways/live-gateways.js';
import { idempotencyProviders } from './idempotency/idempotency.parts.js';
import { identityControllers, identityProviders } from './identities/identities.parts.js';
import type { IssuerConfig } from './issuer.config.js';
import { ISSUER_CONFIG, NATS } from './issuer.tokens.js';
import { ExternalKeys } from './keys/external-keys.js';
import { KeyringHandler } from './keys/keyring.handler.js';
import { KeysController } from './keys/keys.controller.js';
import { SigningKeys } from './keys/signing-keys.js';
import { leakControllers, leakProviders } from './leaks/leaks.parts.js';
import { oauthControllers, oauthProviders } from './oauth/oauth.parts.js';
import { peopleControllers, peopleProviders } from './people/people.parts.js';
import { permissionControllers, permissionProviders } from './permissions/permissions.parts.js';
import { OutgoingEvents } from './relay/outgoing-events.js';
import { tokenUseControllers, tokenUseProviders } from './token-use/token-use.parts.js';
import { tenantControllers, tenantProviders } from './tenants/tenants.parts.js';
import { signInControllers, signInProviders } from './sign-in/sign-in.parts.js';
import { projectionControllers, projectionProviders } from './projections/projections.parts.js';
import { revocationControllers, revocationProviders } from './revocations/revocations.parts.js';
import {
  serviceAccountControllers,
  serviceAccountProviders,
} from './service-accounts/service-accounts.parts.js';
import { teamControllers, teamProviders } from './teams/teams.parts.js';
import { BulkIssueController } from './tokens/bulk-tokens/bulk-issue.controller.js';
import { BulkIssue } from './tokens/bulk-tokens/bulk-issue.service.js';
import { BulkRevokeController } from './tokens/bulk-tokens/bulk-revoke.controller.js';
import { importControllers, importProviders } from './tokens/import-tokens/imports.parts.js';
import { Issuance } from './tokens/issue-token/issuance.js';
import { IssueTokenController } from './tokens/issue-token/issue-token.controller.js';
import { IssueTokenService } from './tokens/issue-token/issue-token.service.js';
import { LookupTokenController } from './tokens/lookup-token/lookup-token.controller.js';
import { TokenLookups } from './tokens/lookup-token/token-lookups.js';
import { RevokeTokenController } from './tokens/revoke-token/revoke-token.controller.js';
import { Reminders } from './tokens/reminders/reminders.js';
import { EndedOverlaps } from './tokens/rotate-token/ended-overlaps.js';
import { RotateTokenController } from './tokens/rotate-token/rotate-token.controller.js';
import { SuspendTokenController } from './tokens/suspend-token/suspend-token.controller.js';
import { TokenChanges } from './tokens/token-changes.js';
import { TokenHandler } from './tokens/token.handler.js';
import { TokenHistoryController } from './tokens/token-history/token-history.controller.js';
import { GetTokensController } from './tokens/token-summary/get-tokens.controller.js';
import { TokenSummaries } from './tokens/token-summary/token-summaries.js';
import { UpdateTokenController } from './tokens/update-token/update-token.controller.js';
import { VerifyTokenController } from './tokens/verify-token/verify-token.controller.js';

/** What the issuer is given by its `main`. */
export interface IssuerParts {
  config: IssuerConfig;
  dataSource: JoiningDataSource;
  nats: NatsConnection;
}

@Module({})
export class IssuerModule implements OnApplicationShutdown {
  static with({ config, dataSource, nats }: IssuerParts): DynamicModule {
    const lookups = new TokenLookups(dataSource, config.TOKEN_PEPPERS);
    return {
      module: IssuerModule,
      imports: [HttpAuthModule.withVerifier(new TokenVerifier(lookups))],
      controllers: [
        IssueTokenController,
        BulkIssueController,
        BulkRevokeController,
        ...importControllers,
        VerifyTokenController,
        LookupTokenController,
        GetTokensController,
        TokenHistoryController,
        UpdateTokenController,
        RotateTokenController,
        SuspendTokenController,
        RevokeTokenController,
        ...revocationControllers,
        ...projectionControllers,
        FeedController,
        KeysController,
        ...oauthControllers,
        ...signInControllers,
        ...peopleControllers,
        ...permissionControllers,
        ...tokenUseControllers,
        ...tenantControllers,
        ...leakControllers,
        ...creditControllers,
        ...identityControllers,
        ...serviceAccountControllers,
        ...teamControllers,
        ...apiControllers,
      ],
      providers: [
        { provide: ISSUER_CONFIG, useValue: config },
        { provide: DataSource, useValue: dataSource },
        { provide: JoiningDataSource, useValue: dataSource },
        { provide: NATS, useValue: nats },
        { provide: TokenLookups, useValue: lookups },
        ...idempotencyProviders,
        ...revocationProviders,
        ...projectionProviders,
        OutgoingEvents,
        LiveGateways,
        TokenHandler,
        TokenChanges,
        EndedOverlaps,
        Reminders,
        TokenSummaries,
        Issuance,
        IssueTokenService,
        BulkIssue,
        ...importProviders,
        BootstrapTokens,
        ExternalKeys,
        KeyringHandler,
        SigningKeys,
        ...oauthProviders,
        ...signInProviders,
        ...peopleProviders,
        ...permissionProviders,
        ...tokenUseProviders,
        ...tenantProviders,
        ...leakProviders,
        ...creditProviders,
        ...identityProviders,
        ...serviceAccountProviders,
        ...teamProviders,
        ...apiProviders,
      ],
    };
  }

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(NATS) nats: NatsConnection,
    @Inject(Readiness) readiness: Readiness,
  ) {
    // Issuing and revoking need the database alone: with NATS away they go on and the relay catches up.
    readiness.add('postgres', async () => void (await dataSource.query('select 1')));
    readiness.add('nats-client', () => {
      if (nats.isClosed()) throw new Error('connection closed for good');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}
