import * as client from 'openid-client';
import { startOutsideIssuer } from './outside-issuer.js';
import { configurationOf } from './signed-in.js';
import { setStage } from './stage.js';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** An issuer, and an outside one whose CI jobs it trusts to act as an application that has no secret. */
export async function setWorkloadStage() {
  const [stage, outside] = await Promise.all([setStage({ PEERS_ON_LOOPBACK: 'true' }), startOutsideIssuer()]);
  const application = await stage.register({ authentication: 'public', grantTypes: [EXCHANGE] });
  const config = await configurationOf(stage, application);
  const terms = (more: Record<string, unknown> = {}) => ({
    applicationId: application.id,
    name: 'CI',
    issuer: outside.url,
    keys: { jwksUri: outside.jwksUri },
    conditions: [
      { claim: '/repository', matches: 'acme/api' },
      { claim: '/sub', matches: 'repo:acme/api:ref:refs/heads/*' },
    ],
    scopes: ['demo:read'],
    ...more,
  });
  async function trust(more: Record<string, unknown> = {}): Promise<string> {
    const { status, body } = await stage.call('POST', '/v1/trusted-issuers', terms(more));
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id as string;
  }
  const job = (more: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
    outside.sign(
      { aud: stage.url, sub: 'repo:acme/api:ref:refs/heads/main', repository: 'acme/api', ...more },
      header,
    );
  const bearer = (assertion: string, more: Record<string, string> = {}, as = config) =>
    client.genericGrantRequest(as, JWT_BEARER, { assertion, ...more });
  return {
    ...stage,
    outside,
    application,
    config,
    terms,
    trust,
    job,
    bearer,
    trustedIssuerId: await trust(),
    async stop() {
      await outside.stop();
      await stage.stop();
    },
  };
}
export type WorkloadStage = Awaited<ReturnType<typeof setWorkloadStage>>;
