import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { z } from 'zod';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { Artifacts } from '../../oauth/artifacts/artifacts.js';
import { Users } from '../../people/users/users.js';
import type { SignInUnderWay } from '../steps/sign-in-steps.js';
import { IdentityLinks } from './identity-links.js';
import { CALLBACK_PATH, IdentityProviders, type UsableProvider } from './identity-providers.js';
import { OutsideClients } from './outside-clients.js';

const TTL_MS = 10 * 60_000;
const Kept = z.object({
  interaction: z.string(),
  providerId: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});

type Claims = { sub: string } & Record<string, unknown>;

/** How it ended. `unknown`: the provider vouches for somebody who has no account here and gets none. */
export type OutsideOutcome =
  | { outcome: 'signed-in'; userId: string }
  | { outcome: 'refused' | 'unknown' | 'address-taken' };

/** Signing in at an outside provider: OpenID Connect's code flow with state, nonce, PKCE and RFC 9207. */
@Injectable()
export class OutsideSignIn {
  private readonly redirectUri: string;
  private readonly clients: OutsideClients;

  constructor(
    @Inject(IdentityProviders) private readonly providers: IdentityProviders,
    @Inject(IdentityLinks) private readonly links: IdentityLinks,
    @Inject(Users) private readonly users: Users,
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.redirectUri = `${issuerOf(config)}${CALLBACK_PATH}`;
    this.clients = new OutsideClients(config.PEERS_ON_LOOPBACK);
  }

  /** @returns where the person is sent. */
  async begin({ tenant, interaction }: SignInUnderWay, providerId: string): Promise<URL> {
    const provider = await this.providers.usable(tenant, providerId);
    const config = await this.clients.at(provider);
    const state = client.randomState();
    const nonce = client.randomNonce();
    const verifier = client.randomPKCECodeVerifier();
    const kept = { interaction, providerId, nonce, verifier };
    await this.artifacts.keep('OutsideSignIn', state, kept, { expiresAt: new Date(Date.now() + TTL_MS) });
    return client.buildAuthorizationUrl(config, {
      redirect_uri: this.redirectUri,
      scope: provider.terms.scopes.join(' '),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
  }

  /** Whose answer this is. It proves nothing: the browser has to have that interaction's cookie. */
  async interactionOf(state: string): Promise<string | undefined> {
    const kept = await this.artifacts.find('OutsideSignIn', state);
    return kept && Kept.parse(kept.payload).interaction;
  }

  /** @param answer the query that the provider has sent the person back with; each is looked at once. */
  async finish(at: SignInUnderWay, answer: URLSearchParams): Promise<OutsideOutcome> {
    const state = answer.get('state') ?? '';
    const kept = await this.artifacts.take('OutsideSignIn', state);
    const begun = kept && Kept.parse(kept);
    if (begun?.interaction !== at.interaction) return { outcome: 'refused' };
    const provider = await this.providers.usable(at.tenant, begun.providerId);
    const claims = await this.claimsOf(provider, answer, begun).catch((error: unknown) => {
      this.logger.warn(
        { err: error, identityProviderId: provider.id },
        'a sign-in at a provider was refused',
      );
      return undefined;
    });
    return claims ? this.personOf(at, provider, claims) : { outcome: 'refused' };
  }

  private async claimsOf(
    provider: UsableProvider,
    answer: URLSearchParams,
    { nonce, verifier }: z.infer<typeof Kept>,
  ): Promise<Claims> {
    const url = new URL(this.redirectUri);
    url.search = answer.toString();
    const config = await this.clients.at(provider);
    const tokens = await client.authorizationCodeGrant(config, url, {
      expectedState: answer.get('state') ?? '',
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const { sub } = tokens.claims()!; // it is expected above
    // OpenID Connect Core §5.4: what a new account is made of need not be in the ID token.
    const told = provider.terms.createUsers
      ? await client.fetchUserInfo(config, tokens.access_token, sub)
      : {};
    return { ...told, ...tokens.claims(), sub };
  }

  /** By the subject alone. An address that somebody has here already lets nobody in, verified or not. */
  private async personOf(
    { tenant, traceparent }: SignInUnderWay,
    { id: providerId, terms }: UsableProvider,
    claims: Claims,
  ): Promise<OutsideOutcome> {
    const linked = await this.links.find(tenant, providerId, claims.sub);
    if (linked !== undefined)
      return (await this.users.find(tenant, linked))
        ? { outcome: 'signed-in', userId: linked }
        : { outcome: 'unknown' };
    const { email_verified: isVerified } = claims;
    const address = z.email().max(254).toLowerCase().safeParse(claims['email']);
    if (!terms.createUsers || isVerified !== true || !address.success) return { outcome: 'unknown' };
    if (await this.users.isTaken(tenant, address.data)) return { outcome: 'address-taken' };
    const name = z.string().trim().min(1).max(200).catch(address.data).parse(claims[terms.nameClaim]);
    const somebody = { subject: claims.sub, email: address.data, name };
    const metadata = { actor: 'system:issuer', ...(traceparent === undefined ? {} : { traceparent }) };
    return { outcome: 'signed-in', userId: await this.links.create(tenant, providerId, somebody, metadata) };
  }
}
