import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { fetchJwks } from './jwks-fetch.js';

const MOST_SETS = 1_000;
const FRESH_MS = 600_000;
/** An unknown `kid` is no reason to ask more often: whoever makes up key ids does not set the pace. */
const COOLDOWN_MS = 30_000;
const RETRY_AFTER_MS = 5_000;

/** The key sets of trusted issuers, each fetched when it is needed and then not for a while. */
export class RemoteKeys {
  private readonly sets = new Map<string, JWTVerifyGetKey>();

  constructor(private readonly onLoopback: boolean) {}

  /** Keys at a place; the oldest place is forgotten when there are too many. */
  at(jwksUri: string): JWTVerifyGetKey {
    const known = this.sets.get(jwksUri);
    if (known) return known;
    const [oldest] = this.sets.keys();
    if (oldest !== undefined && this.sets.size >= MOST_SETS) this.sets.delete(oldest);
    const set = createRemoteJWKSet(new URL(jwksUri), {
      cacheMaxAge: FRESH_MS,
      cooldownDuration: COOLDOWN_MS,
      [customFetch]: this.patiently(jwksUri),
    });
    this.sets.set(jwksUri, set);
    return set;
  }

  /** After a failure nobody is asked for some seconds, however many wait. */
  private patiently(jwksUri: string): () => Promise<Response> {
    let notBefore = 0;
    return async () => {
      if (performance.now() < notBefore) throw new Error('the keys could not be fetched a moment ago');
      try {
        const response = await fetchJwks(jwksUri, this.onLoopback);
        if (response.status !== 200) throw new Error(`the keys answer with status ${response.status}`);
        return Response.json(await response.json());
      } catch (error) {
        notBefore = performance.now() + RETRY_AFTER_MS;
        throw error;
      }
    };
  }
}
