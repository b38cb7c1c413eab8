import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { RecentMap } from '../recent-map.js';

const FETCH_TIMEOUT_MS = 3_000;
/** Then the set is fetched again, while the one at hand goes on verifying. */
const FRESH_MS = 300_000;
/** After a failure nobody is asked for so long, however many tokens wait: who makes up key ids does not set the pace. */
const REST_MS = 5_000;
const MOST_SETS = 1_000;

/** Finds the key that a token names. */
export type GetKey = (...asked: Parameters<JWTVerifyGetKey<CryptoKey>>) => Promise<CryptoKey>;

/** The JWK Set at a URL: fetched when a token first needs it, then kept up behind the requests, and kept when that fails. */
export class FetchedKeys {
  readonly get: GetKey;
  private readonly reload: () => Promise<void>;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private restsUntil = Number.NEGATIVE_INFINITY;

  constructor(url: string, freshMs = FRESH_MS) {
    const remote = createRemoteJWKSet(new URL(url), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cacheMaxAge: Number.POSITIVE_INFINITY, // an issuer that is away takes nobody's keys away
      [customFetch]: (...asked) => this.fetch(...asked),
    });
    this.reload = () => remote.reload();
    this.get = (...asked) => {
      const now = performance.now();
      if (now - this.fetchedAt > freshMs && now > this.restsUntil) this.reload().catch(() => {});
      return remote(...asked);
    };
  }

  /** The set is another now: fetches it again, once for all who say so meanwhile. */
  refresh(): void {
    this.restsUntil = Number.NEGATIVE_INFINITY;
    this.reload().catch(() => {}); // asked for again when a token needs it
  }

  private async fetch(...asked: Parameters<FetchImplementation>): Promise<Response> {
    if (performance.now() < this.restsUntil) throw new Error('the keys could not be fetched a moment ago');
    try {
      const answer = await fetch(...asked);
      if (!answer.ok) throw new Error(`the keys answer with status ${answer.status}`);
      this.fetchedAt = performance.now();
      return answer;
    } catch (error) {
      this.restsUntil = performance.now() + REST_MS;
      throw error;
    }
  }
}

/** The sets of all issuers, which outlive a reload of gateway.yaml: it may come while an issuer is away. */
export class KeySets {
  private readonly byUrl = new RecentMap<string, FetchedKeys>(MOST_SETS);

  at(url: string): FetchedKeys {
    const known = this.byUrl.get(url);
    if (known) return known;
    const made = new FetchedKeys(url);
    this.byUrl.set(url, made);
    return made;
  }
}
