import type { Project } from '@gatehouse/event-store';
import { projectApis } from '../apis/api.projection.js';
import { projectIdentities } from '../identities/identity.projection.js';
import { projectSigningKeys } from '../keys/signing-key.projection.js';
import { projectAccessTokens } from '../oauth/access-tokens/access-token.projection.js';
import { projectApplications } from '../oauth/applications/application.projection.js';
import type { Artifacts } from '../oauth/artifacts/artifacts.js';
import { projectResources } from '../oauth/resources/resource.projection.js';
import { projectTrustedIssuers } from '../oauth/workloads/trusted-issuer.projection.js';
import type { PersonalFields } from '../people/personal-fields/personal-fields.js';
import { projectInvitations } from '../people/invitations/invitation.projection.js';
import { projectMembers } from '../people/members/member.projection.js';
import { projectUsers } from '../people/users/user.projection.js';
import { projectServiceAccounts } from '../service-accounts/service-account.projection.js';
import { projectScopes } from '../permissions/scopes/scope.projection.js';
import { projectTeams } from '../teams/team.projection.js';
import { projectTenants } from '../tenants/tenant.projection.js';
import { projectImportKeys } from '../tokens/import-keys/import-key.projection.js';
import { projectTokenSummary } from '../tokens/token-summary/token-summary.projection.js';

/** A table that says what events have said. */
export interface ReadModelTable {
  readonly name: string;
  /** Columns that no event gives back: neither compared nor replaced. */
  readonly apart?: readonly string[];
  /** SQL: the rows that are kept for good; others may have been forgotten already. */
  readonly lasting?: string;
}

/** Tables, and what keeps them true. A table that others refer to comes first. */
export interface ReadModel {
  readonly tables: readonly ReadModelTable[];
  /** How the types of its events begin. */
  readonly events: readonly string[];
  readonly project: Project;
}

/** Written by projections too, but not given back by events: a replay writes to copies that nobody reads. */
export const WRITTEN_ASIDE = ['credit_account', 'user_password'];

/** Every read model that streams give back; in this order each finds what it refers to. */
export function readModels(fields: PersonalFields, artifacts: Artifacts): readonly ReadModel[] {
  return [
    { tables: [{ name: 'tenant' }], events: ['tenant.'], project: projectTenants },
    { tables: [{ name: 'custom_scope' }], events: ['scope.'], project: projectScopes },
    {
      tables: [{ name: 'signing_key', apart: ['sealed_private_jwk'] }],
      events: ['signing-key.'],
      project: projectSigningKeys(),
    },
    { tables: [{ name: 'person' }], events: ['user.'], project: projectUsers(fields) },
    { tables: [{ name: 'team' }, { name: 'team_member' }], events: ['team.'], project: projectTeams },
    { tables: [{ name: 'invitation' }], events: ['invitation.'], project: projectInvitations(fields) },
    { tables: [{ name: 'member' }], events: ['member.'], project: projectMembers },
    { tables: [{ name: 'application' }], events: ['application.'], project: projectApplications },
    { tables: [{ name: 'resource' }], events: ['resource.'], project: projectResources },
    { tables: [{ name: 'api' }], events: ['catalog.api-'], project: projectApis },
    { tables: [{ name: 'trusted_issuer' }], events: ['issuer.'], project: projectTrustedIssuers },
    { tables: [{ name: 'identity' }], events: ['identity.'], project: projectIdentities },
    {
      tables: [{ name: 'service_account' }],
      events: ['service-account.'],
      project: projectServiceAccounts,
    },
    {
      tables: [{ name: 'import_key', apart: ['sealed_key'] }],
      events: ['import-key.'],
      project: projectImportKeys(),
    },
    {
      tables: [{ name: 'token_summary' }, { name: 'token_secret' }],
      events: ['token.'],
      project: projectTokenSummary,
    },
    {
      tables: [
        { name: 'access_token', lasting: 'expires_at > now()' },
        {
          name: 'workload_token',
          lasting: 'exists (select from access_token a where a.id = token_id and a.expires_at > now())',
        },
      ],
      events: ['access-token.', 'token.revoked.'],
      project: projectAccessTokens((grantId) => artifacts.keyOf('Grant', grantId)),
    },
  ];
}
