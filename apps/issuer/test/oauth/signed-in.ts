import * as client from 'openid-client';
import { Browser } from './browser.js';
import { CALLBACK, RESOURCE, type Stage } from './stage.js';

type Application = Awaited<ReturnType<Stage['register']>>;

/** An application's view of the issuer. */
export const configurationOf = (
  stage: Stage,
  { id, clientSecret }: Pick<Application, 'id' | 'clientSecret'>,
): Promise<client.Configuration> =>
  client.discovery(
    new URL(stage.url),
    id,
    clientSecret ?? undefined,
    clientSecret === null ? client.None() : undefined,
    { execute: [client.allowInsecureRequests] },
  );

/** Signs the stage's person in to an application, with everything allowed. */
export async function signIn(
  stage: Stage,
  config: client.Configuration,
  options: { scope?: string; resource?: string | null; dpop?: client.DPoPHandle } = {},
) {
  const { scope = 'openid offline_access demo:read demo:write', resource = RESOURCE } = options;
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    prompt: 'consent',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(resource === null ? {} : { resource }),
  });
  const { url: back } = await new Browser(stage.url).signInAndAllow(url, stage.user.email);
  return client.authorizationCodeGrant(
    config,
    back,
    { pkceCodeVerifier: verifier },
    undefined,
    options.dpop ? { DPoP: options.dpop } : {},
  );
}
