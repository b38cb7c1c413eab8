import { ORIGIN, parseOpaqueToken } from '@gatehouse/kernel';
import { RecentMap } from '../recent-map.js';
import type { Refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import type { Credential, Holder } from './credential.js';
import type { JwtIssuers } from './jwt-issuers.js';
import { RememberedTokens } from './remembered/remembered-tokens.js';
import { type Asked, type Lookup, TokenLookups } from './token-lookups.js';
import type { Resolution } from './resolution.js';
import { looksLikeJwt } from './strict-jwt.js';
import type { ChangeMark, TokenChanges } from './token-changes.js';

const REMEMBERED_REFUSALS = 20_000;
/** How long "no such token" is believed. */
const REFUSED_MS = 5_000;
/** While the view is stale, a token is asked about no more often than this. */
const CONFIRMED_MS = 1_000;

interface RememberedRefusal {
  readonly refusal: Refusal;
  readonly until: number;
  /** A later change of the token voids it: a suspended token may have been resumed. */
  readonly holder: Holder | undefined;
  readonly change: ChangeMark;
}

/** What this gateway knows about tokens: verified ones by their string, until they expire or an event voids them. */
export class TokenView {
  private readonly refused = new RecentMap<string, RememberedRefusal>(REMEMBERED_REFUSALS);
  private readonly lookups: TokenLookups;
  hits = 0;
  misses = 0;

  constructor(
    lookup: Lookup,
    private readonly changes: TokenChanges,
    private readonly remembered = new RememberedTokens(),
  ) {
    this.lookups = new TokenLookups(lookup, changes);
  }

  /** What is known of a token without asking anybody. */
  recall(token: string, issuers: JwtIssuers): Credential | undefined {
    const credential = this.remembered.get(token, issuers);
    if (credential !== undefined && this.holds(credential, issuers)) {
      this.hits++;
      return credential;
    }
    this.misses++;
    return undefined;
  }

  /** Finds out who holds a token that {@link recall} does not know. */
  resolve(token: string, issuers: JwtIssuers): Promise<Resolution> | Resolution {
    const isJwt = looksLikeJwt(token);
    // The checksum turns a mistyped or made-up token away before anybody is asked.
    const isOurs = isJwt || parseOpaqueToken(token) !== undefined;
    const foreign = isOurs ? undefined : issuers.foreign.formatOf(token);
    const asker = isOurs || foreign ? undefined : issuers.introspection.askerOf(token);
    if (!isOurs && !foreign && !asker) return { refusal: refusals.tokenMalformed };
    const digest = this.remembered.digestOf(token);
    return (
      this.recallRefusal(digest) ??
      this.lookups.once(digest, () => {
        if (asker) return this.keep(token, digest, asker.ask(token, digest));
        return isJwt ? this.verify(token, digest, issuers) : this.ask({ token, digest, foreign });
      })
    );
  }

  /**
   * Confirms a token with the issuer because the view is too old to say. Refused unless the issuer, just asked, says
   * it is good; a JWT cannot be confirmed by anybody.
   */
  confirm(token: string, known: Credential): Promise<Resolution> | Resolution {
    if (known.issuers) return { refusal: refusals.viewStale, holder: known };
    if (known.introspected) return { credential: known }; // of such tokens the view says nothing
    if (performance.now() - known.confirmedAt < CONFIRMED_MS) return { credential: known };
    const digest = this.remembered.digestOf(token);
    return (
      this.recallRefusal(digest) ??
      this.lookups.once(digest, async () => {
        const resolution = await this.ask({ token, digest, foreign: known.foreign });
        if (resolution.refusal !== refusals.issuerUnavailable) return resolution;
        return this.refuse(digest, { refusal: refusals.viewStale, holder: known }, CONFIRMED_MS);
      })
    );
  }

  private holds(credential: Credential, issuers: JwtIssuers): boolean {
    if (!this.changes.coversTime(credential.goodAtMs)) return false;
    if (credential.issuers) return credential.issuers === issuers;
    const { introspected, foreign } = credential;
    if (foreign && !issuers.foreign.has(foreign)) return false;
    if (introspected)
      return issuers.introspection.has(introspected.by) && performance.now() < introspected.until;
    if (credential.identityId !== '' && !this.isSameIdentity(credential)) return false;
    const change = this.changes.markOf(credential.tokenId);
    // Marks, because comparing positions on every request of a token that was once updated would be a waste.
    if (change === credential.newerThan || this.changes.kindOf(credential.tokenId) === 'revoked') return true;
    if (!this.changes.isCurrent(credential.tokenId, credential.asOf ?? ORIGIN)) return false;
    credential.newerThan = change;
    return true;
  }

  /** What its identity may do and spend is known with the token. */
  private isSameIdentity(credential: Credential): boolean {
    const change = this.changes.markOf(credential.identityId);
    if (change === credential.identityNewerThan) return true;
    if (!this.changes.isCurrent(credential.identityId, credential.asOf ?? ORIGIN)) return false;
    credential.identityNewerThan = change;
    return true;
  }

  private ask(asked: Asked): Promise<Resolution> {
    return this.keep(asked.token, asked.digest, this.lookups.ask(asked));
  }

  private async keep(token: string, digest: string, asked: Promise<Resolution>): Promise<Resolution> {
    const found = await asked;
    if (found.credential) this.remembered.set(token, found.credential, found.lookedUp);
    else {
      if (found.refusal === refusals.issuerUnavailable) return found;
      this.remembered.delete(token);
      this.refuse(digest, found, REFUSED_MS);
    }
    return found;
  }

  private async verify(token: string, digest: string, issuers: JwtIssuers): Promise<Resolution> {
    const found = await issuers.verify(token);
    if (found.credential) {
      if (!this.changes.coversTime(found.credential.goodAtMs)) return { refusal: refusals.viewStale };
      this.remembered.setJwt(token, found.credential, issuers);
    } else if (found.refusal !== refusals.issuerUnavailable) this.refuse(digest, found, REFUSED_MS);
    return found;
  }

  private recallRefusal(digest: string): Resolution | undefined {
    const known = this.refused.get(digest);
    if (!known || known.until <= performance.now()) return undefined;
    const { refusal, holder, change } = known;
    return this.changeOf(holder) === change ? refusedOf(refusal, holder) : undefined;
  }

  private refuse(
    digest: string,
    { refusal, holder }: { refusal: Refusal; holder?: Holder },
    forMs: number,
  ): Resolution {
    const change = this.changeOf(holder);
    this.refused.set(digest, { refusal, holder, change, until: performance.now() + forMs });
    return refusedOf(refusal, holder);
  }

  private changeOf(holder: Holder | undefined): ChangeMark {
    return holder ? this.changes.markOf(holder.tokenId) : 0;
  }
}

const refusedOf = (refusal: Refusal, holder: Holder | undefined): Resolution =>
  holder ? { refusal, holder } : { refusal };
