import { randomBytes } from 'node:crypto';
import { OPEN_POLICY } from '@gatehouse/contracts';
import { digestOfToken } from '@gatehouse/kernel';
import { decodeJwt } from 'jose';
import { TOKEN_EXCHANGE } from '../../src/oauth/provider/grant-types.js';
import { IssueTokenService } from '../../src/tokens/issue-token/issue-token.service.js';
import { SessionRecords } from '../../src/sign-in/sessions/session-records.js';
import type { startIssuer } from '../start-issuer.js';
import { API, DOCUMENT, PROVIDER, trust } from './plans.js';

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** A tenant that has one of everything. */
export interface PopulatedTenant {
  id: string;
  token: string;
  /** Ids of what it has, by the collection they are in. */
  ids: Record<string, string>;
  /** What only it may ever see. */
  marks: string[];
  /** The sealed fields of its person, as events carry them. */
  sealed: { userId: string; personal: string };
  /** One of its tokens. */
  secret: string;
  digest: string;
}

/** Makes a tenant with one of everything, every name saying whose it is. */
export async function populate(issuer: Issuer, id: string): Promise<PopulatedTenant> {
  await issuer.call('POST', '/v1/tenants', { id, name: `mark-${id}-tenant` });
  const { body: owner } = await issuer.call('POST', `/v1/tenants/${id}/owner-tokens`, { name: 'owner' });
  const headers = { authorization: `Bearer ${owner.token}` };
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await issuer.call(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const identity = await call('POST', '/v1/identities', {
    externalId: `mark-${id}-identity`,
    name: id,
    credits: { remaining: 5 },
  });
  const token = await call('POST', '/v1/tokens', {
    name: `mark-${id}-token`,
    scopes: ['demo:read'],
    credits: { remaining: 5 },
    identityId: identity.id,
  });
  const leaked = await call('POST', '/v1/tokens', { name: `mark-${id}-leaked`, scopes: ['demo:read'] });
  const { leakId } = await call('POST', '/v1/leaks', { token: leaked.token });
  const importKey = await call('POST', '/v1/import-keys', {
    name: `mark-${id}-import-key`,
    key: randomBytes(32).toString('base64url'),
  });
  const application = await call('POST', '/v1/applications', {
    name: `mark-${id}-app`,
    grantTypes: ['client_credentials', TOKEN_EXCHANGE],
    resources: ['https://api.example'],
    scopes: ['demo:read'],
  });
  const resource = await call('POST', '/v1/resources', {
    resource: `https://${id}.example`,
    name: `mark-${id}-resource`,
  });
  const { document } = await call('POST', '/v1/api-documents', { text: `${DOCUMENT} # mark-${id}-document` });
  const api = await call('POST', '/v1/apis', { ...API, name: `mark-${id}-api`, openapi: { document } });
  const trusted = await call('POST', '/v1/trusted-issuers', {
    ...trust(application.id),
    name: `mark-${id}-ci`,
  });
  await call('PUT', `/v1/scopes/${id}:read`, { category: id, description: `mark-${id}-scope` });
  const email = `mark-${id}@example.com`;
  const user = await call('POST', '/v1/users', {
    email,
    name: `mark-${id}-user`,
    password: `${id} horse battery`,
  });
  await call('POST', '/v1/members', { userId: user.id, role: 'analyst' });
  const account = await call('POST', '/v1/service-accounts', {
    name: `mark-${id}-account`,
    owner: user.id,
    scopes: ['demo:read'],
  });
  await call('POST', '/v1/tokens', { name: id, scopes: ['demo:read'], serviceAccountId: account.id });
  const team = await call('POST', '/v1/teams', { name: `mark-${id}-team` });
  await call('POST', `/v1/teams/${team.id}/members`, { userId: user.id });
  const invitation = await call('POST', '/v1/invitations', {
    email: `mark-${id}-invited@example.com`,
    name: id,
    role: 'analyst',
  });
  const [created] = (await call('GET', `/v1/users/${user.id}/events`)).items;
  const granted = await fetch(`${issuer.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${application.id}:${application.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  const { jti = '' } = decodeJwt(access_token);
  const session = { uid: id, accountId: String(user.id), exp: 4e9, amr: ['pwd'], authorizations: {} };
  const provider = await call('POST', '/v1/identity-providers', { ...PROVIDER, name: `mark-${id}-idp` });
  const records = issuer.get(SessionRecords);
  await records.seen(session, { agent: `mark-${id}-agent`, address: '192.0.2.1' });
  return {
    id,
    token: owner.token,
    ids: {
      'trusted-issuers': trusted.id,
      'import-keys': importKey.id,
      resources: resource.id,
      apis: api.id,
      'api-documents': document,
      leaks: leakId,
      scopes: `${id}:read`,
      tenants: id,
      tokens: token.id,
      identities: identity.id,
      'service-accounts': account.id,
      teams: team.id,
      invitations: invitation.id,
      applications: application.id,
      users: user.id,
      'identity-providers': provider.id,
      sessions: (await records.idOf(id)) ?? '',
      members: user.id,
      'access-tokens': jti,
    },
    marks: [`mark-${id}`, token.id, application.id, resource.id, api.id, user.id, jti],
    sealed: { userId: user.id, personal: created.data.personal },
    secret: token.token,
    digest: digestOfToken(token.token),
  };
}

/** A token of a tenant with any scopes at all, also such as nobody there could be granted. */
export async function tokenWith(issuer: Issuer, tenant: string, scopes: string[]): Promise<string> {
  const grantor = { tenant, policy: OPEN_POLICY, grantedBy: 'system' } as const;
  const issued = await issuer
    .get(IssueTokenService)
    .issueFor(grantor, { name: 'sweep', scopes }, { actor: 'system:test' });
  return issued.token;
}
