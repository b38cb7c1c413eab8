import * as client from 'openid-client';
import { fetchWithin } from '../../oauth/workloads/jwks-fetch.js';
import type { UsableProvider } from './identity-providers.js';

const FRESH_MS = 600_000;
const MOST = 200;

/** What is discovered of providers, each asked for when it is needed and then not for a while. */
export class OutsideClients {
  private readonly known = new Map<string, { config: Promise<client.Configuration>; until: number }>();

  constructor(private readonly onLoopback: boolean) {}

  /** @throws when the provider cannot be reached or is not who it says; the next caller asks again. */
  at(provider: UsableProvider): Promise<client.Configuration> {
    const known = this.known.get(provider.id);
    if (known && known.until > performance.now()) return known.config;
    this.known.delete(provider.id);
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MOST) this.known.delete(oldest);
    const config = this.discover(provider);
    this.known.set(provider.id, { config, until: performance.now() + FRESH_MS });
    config.catch(() => this.known.delete(provider.id));
    return config;
  }

  /** OpenID Connect Discovery §4.3: the issuer in its metadata is compared with the one asked for. */
  private discover({ terms, clientSecret }: UsableProvider): Promise<client.Configuration> {
    return client.discovery(
      new URL(terms.issuer),
      terms.clientId,
      {},
      client.ClientSecretBasic(clientSecret),
      {
        [client.customFetch]: (url, { method, headers, body }) =>
          fetchWithin(url, this.onLoopback, {
            method,
            headers,
            body: body instanceof URLSearchParams ? body.toString() : undefined, // all that is sent are forms
          }),
        ...(this.onLoopback ? { execute: [client.allowInsecureRequests] } : {}),
      },
    );
  }
}
