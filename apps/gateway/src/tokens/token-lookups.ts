import type { LookupAnswer, LookupBody } from '@gatehouse/contracts';
import type { Refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import type { ForeignFormat } from './foreign/foreign-formats.js';
import { type LookedUp, lookedUpCredential } from './looked-up-credential.js';
import type { Resolution } from './resolution.js';
import type { TokenChanges } from './token-changes.js';

/** Under way at once; past it requests are refused rather than queued without end. */
const MAX_UNDER_WAY = 1_000;
/** An answer can be older than an event that overtook it; the next one is not. */
const ATTEMPTS = 3;

/** Asks the issuer; throws when it does not answer. */
export type Lookup = (asked: LookupBody) => Promise<LookupAnswer>;

/** A token to be asked about. */
export interface Asked {
  readonly token: string;
  readonly digest: string;
  /** How it is written, if another system made it. */
  readonly foreign: ForeignFormat | undefined;
}

type Found = LookedUp['answer'];

/** Look-ups at the issuer: one at a time for each token, a bounded number in all. */
export class TokenLookups {
  private readonly underWay = new Map<string, Promise<Resolution>>();

  constructor(
    private readonly lookup: Lookup,
    private readonly changes: TokenChanges,
  ) {}

  /** Finds out once, whoever else asks meanwhile. */
  once(digest: string, find: () => Promise<Resolution>): Promise<Resolution> | Resolution {
    const same = this.underWay.get(digest);
    if (same) return same;
    if (this.underWay.size >= MAX_UNDER_WAY) return { refusal: refusals.issuerUnavailable };
    const found = find().finally(() => this.underWay.delete(digest));
    this.underWay.set(digest, found);
    return found;
  }

  /** What the issuer says of a token, unless events that came meanwhile know better. */
  async ask(asked: Asked): Promise<Resolution> {
    const { foreign } = asked;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const askedAt = performance.now();
      const answer = await this.lookup(bodyOf(asked)).catch(() => undefined);
      if (!answer) break;
      if (!answer.found) return { refusal: refusals.tokenUnknown };
      const { tokenId, tenant } = answer;
      if (foreign && foreign.tenant !== tenant) return { refusal: refusals.tokenUnknown };
      const holder = { tokenId, tenant, secretId: answer.secretId };
      if (this.changes.kindOf(tokenId) === 'revoked') return { refusal: refusals.tokenRevoked, holder };
      if (!this.isCurrent(answer)) continue;
      const refusal = refusalOf(answer.status);
      if (refusal) return { refusal, holder };
      const goodAtMs = Date.now() - (performance.now() - askedAt);
      const lookedUp = { answer, goodAtMs, confirmedAt: askedAt };
      return { credential: lookedUpCredential(lookedUp, foreign), lookedUp };
    }
    return { refusal: refusals.issuerUnavailable };
  }

  private isCurrent({ tokenId, identityId, asOf }: Found): boolean {
    if (!this.changes.isCurrent(tokenId, asOf)) return false;
    return identityId === undefined || this.changes.isCurrent(identityId, asOf);
  }
}

/** The token itself goes along only where its format says so. */
const bodyOf = ({ token, digest, foreign }: Asked): LookupBody => ({
  digest,
  ...(foreign?.isPresented && { presented: { token, tenant: foreign.tenant } }),
});

function refusalOf(status: Found['status']): Refusal | undefined {
  switch (status) {
    case 'active':
      return undefined;
    case 'suspended':
      return refusals.tokenSuspended;
    case 'retired':
      return refusals.secretRetired;
    case 'revoked':
      return refusals.tokenRevoked;
  }
}
