import { decodeJwt } from 'jose';
import type * as client from 'openid-client';
import type { Answer } from '../start-issuer.js';
import { configurationOf, signIn } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

const MANAGEMENT = ['tokens:read', 'tokens:write', 'users:read', 'users:write'];

/** What the tests' members issue. */
export const plain = { name: 'plain', scopes: ['demo:read'] };
/** How a call was refused. */
export const codeOf = ({ status, body }: Answer) => [status, body?.code];
/** What an access token says it may do. */
export const scopesOf = (token: string) =>
  (decodeJwt<{ scope?: string }>(token).scope ?? '').split(' ').filter((one) => one !== '');
/** What the tests' console asks for. */
export const scope = `offline_access openid ${MANAGEMENT.join(' ')}`;

/** An issuer whose person is a developer, and an application for the management API that she signs in to. */
export async function setMemberStage() {
  const stage = await setStage();
  const api = `${stage.url}/v1`;
  const console = await stage.registerWeb({
    resources: [api, RESOURCE],
    scopes: ['demo:read', ...MANAGEMENT],
  });
  const config: client.Configuration = await configurationOf(stage, console);
  const { body } = await stage.call('POST', '/v1/tenants/default/owner-tokens', { name: 'owner' });
  const owner = String(body.token);
  const as = (token: string, method: string, path: string, sent?: unknown) =>
    stage.call(method, path, sent, { authorization: `Bearer ${token}` });
  await as(owner, 'POST', '/v1/members', { userId: stage.user.id, role: 'developer' });
  return {
    ...stage,
    api,
    owner,
    config,
    as,
    refusalOf: async (token: string) => codeOf(await as(token, 'GET', '/v1/tokens')),
    /** What she gets for the management API when she signs in; somebody else when `user` is. */
    consoleTokens: (user: Stage['user'] = stage.user) =>
      signIn({ ...stage, user }, config, { scope, resource: api }),
  };
}
export type MemberStage = Awaited<ReturnType<typeof setMemberStage>>;
