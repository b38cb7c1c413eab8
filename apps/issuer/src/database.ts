import { eventStoreMigrations, JoiningDataSource } from '@gatehouse/event-store';
import type { DataSource } from 'typeorm';
import { CreateApi1700000000310 } from './apis/create-api.migration.js';
import { CreateApiDocument1700000000350 } from './apis/documents/create-api-document.migration.js';
import { creditMigrations } from './credits/credits.migrations.js';
import { CreateKeptAnswer1700000000210 } from './idempotency/create-kept-answer.migration.js';
import type { IssuerConfig } from './issuer.config.js';
import { AddExternalName1700000000240 } from './keys/add-external-name.migration.js';
import { CreateSigningKey1700000000100 } from './keys/create-signing-key.migration.js';
import { SigningKey } from './keys/signing-key.entity.js';
import { CreateAccessToken1700000000103 } from './oauth/access-tokens/create-access-token.migration.js';
import { ApplicationRow } from './oauth/applications/application.entity.js';
import { CreateLeakIndex1700000000201 } from './leaks/create-leak-index.migration.js';
import { IssueAccessTokens1700000000301 } from './oauth/access-tokens/issue-access-tokens.migration.js';
import { IssueGroupAtOnce1700000000320 } from './oauth/access-tokens/issue-group-at-once.migration.js';
import { CreateApplication1700000000101 } from './oauth/applications/create-application.migration.js';
import { CreateArtifact1700000000102 } from './oauth/artifacts/create-artifact.migration.js';
import { EnabledApplications1700000000302 } from './oauth/applications/enabled-applications.migration.js';
import { CreateResource1700000000121 } from './oauth/resources/create-resource.migration.js';
import { CreateTrustedIssuer1700000000120 } from './oauth/workloads/create-trusted-issuer.migration.js';
import { CreateMember1700000000140 } from './people/members/create-member.migration.js';
import { CreateUser1700000000104 } from './people/users/create-user.migration.js';
import { CreateUserStreams1700000000110 } from './people/users/create-user-streams.migration.js';
import { RefuseOnlyLiveTokens1700000000240 } from './people/users/refuse-only-live-tokens.migration.js';
import { CreateTokenUse1700000000200 } from './token-use/create-token-use.migration.js';
import { tokenUseEntities } from './token-use/token-use.parts.js';
import { CreateCustomScope1700000000130 } from './permissions/scopes/create-custom-scope.migration.js';
import { CreateTenant1700000000120 } from './tenants/create-tenant.migration.js';
import { AddInvitationExpiry1700000000291 } from './people/invitations/add-invitation-expiry.migration.js';
import { CreateInvitation1700000000280 } from './people/invitations/create-invitation.migration.js';
import { CreateTeam1700000000270 } from './teams/create-team.migration.js';
import { AddActingApplications1700000000330 } from './service-accounts/add-acting-applications.migration.js';
import { CreateServiceAccount1700000000260 } from './service-accounts/create-service-account.migration.js';
import { signInMigrations } from './sign-in/sign-in.migrations.js';
import { AddTokenOwner1700000000220 } from './tokens/token-summary/add-token-owner.migration.js';
import { AddReminders1700000000230 } from './tokens/reminders/add-reminders.migration.js';
import { CreateImportKey1700000000270 } from './tokens/import-keys/create-import-key.migration.js';
import { AddRotationIndex1700000000271 } from './tokens/token-summary/add-rotation-index.migration.js';
import { RevokeAlone1700000000340 } from './tokens/revoke-token/revoke-alone.migration.js';
import { AddSuspendedWith1700000000290 } from './tokens/token-summary/add-suspended-with.migration.js';
import { CreateTokenSummary1700000000001 } from './tokens/token-summary/create-token-summary.migration.js';
import { ProjectNewTokenAtOnce1700000000310 } from './tokens/token-summary/project-new-token-at-once.migration.js';
import { AddIpDeny1700000000360 } from './tokens/token-summary/add-ip-deny.migration.js';
import { TokenSecret } from './tokens/token-summary/token-secret.entity.js';
import { TokenSummary } from './tokens/token-summary/token-summary.entity.js';
import { JudgeDeniedAddresses1700000000361 } from './tokens/verify-token/judge-denied-addresses.migration.js';

/** Where everything of the issuer is. */
export const SCHEMA = 'issuer';
/** Of every session: a transaction held open would stall the feed. */
export const SESSION_OPTIONS = `-c search_path=${SCHEMA} -c idle_in_transaction_session_timeout=10s -c statement_timeout=10s`;
const MIGRATION_LOCK = 1_195_920_433;
/** For a connection: a new one, or a turn of the pool's. Only what waits this long is told to come again. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Connects, and brings the schema up to date; several issuers may start at once. */
export async function openDatabase(
  config: Pick<IssuerConfig, 'DATABASE_URL' | 'DATABASE_POOL'>,
  onPoolError: (error: Error) => void,
): Promise<JoiningDataSource> {
  const dataSource = new JoiningDataSource({
    type: 'postgres',
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL,
    poolErrorHandler: onPoolError,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'gatehouse-issuer',
    entities: [TokenSummary, TokenSecret, SigningKey, ApplicationRow, ...tokenUseEntities],
    migrations: [
      ...eventStoreMigrations,
      CreateTokenSummary1700000000001,
      CreateKeptAnswer1700000000210,
      AddTokenOwner1700000000220,
      AddReminders1700000000230,
      CreateImportKey1700000000270,
      AddRotationIndex1700000000271,
      AddSuspendedWith1700000000290,
      ProjectNewTokenAtOnce1700000000310,
      CreateSigningKey1700000000100,
      AddExternalName1700000000240,
      CreateApplication1700000000101,
      CreateArtifact1700000000102,
      CreateAccessToken1700000000103,
      CreateUser1700000000104,
      CreateUserStreams1700000000110,
      RefuseOnlyLiveTokens1700000000240,
      CreateTokenUse1700000000200,
      CreateTrustedIssuer1700000000120,
      CreateResource1700000000121,
      CreateTenant1700000000120,
      CreateLeakIndex1700000000201,
      CreateCustomScope1700000000130,
      ...creditMigrations,
      CreateMember1700000000140,
      ...signInMigrations,
      CreateServiceAccount1700000000260,
      CreateTeam1700000000270,
      CreateInvitation1700000000280,
      AddInvitationExpiry1700000000291,
      CreateApi1700000000310,
      IssueAccessTokens1700000000301,
      EnabledApplications1700000000302,
      IssueGroupAtOnce1700000000320,
      AddActingApplications1700000000330,
      RevokeAlone1700000000340,
      CreateApiDocument1700000000350,
      AddIpDeny1700000000360,
      JudgeDeniedAddresses1700000000361,
    ],
    extra: {
      options: SESSION_OPTIONS,
    },
  });
  await dataSource.initialize();
  await migrate(dataSource);
  return dataSource;
}

async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await runner.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
  try {
    await runner.query(`create schema if not exists ${SCHEMA}`);
    await dataSource.runMigrations();
  } finally {
    await runner.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`);
    await runner.release();
  }
}
