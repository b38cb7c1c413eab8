import { ImportedToken, type TokenView } from '@gatehouse/contracts';
import { type Principal, parseWith } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { type BulkResult, refused } from '../bulk-tokens/bulk-result.js';
import { type DecidedToken, Issuance } from '../issue-token/issuance.js';
import { type Grantor, IssueTokenService, issuedTokenOf } from '../issue-token/issue-token.service.js';
import { keyImported } from '../token.errors.js';

/** What an importer who does not know them shows instead of a key's last four characters. */
const UNKNOWN_LAST4 = '----';

/**
 * Takes over keys that somebody else issued, by their SHA-256: what services ask for is that very digest, so such a key
 * is found like any other, and nobody needs a new one. The digest itself is not stored; its keyed hash is.
 */
@Injectable()
export class TokenImport {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(IssueTokenService) private readonly tokens: IssueTokenService,
    @Inject(Issuance) private readonly issuance: Issuance,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  /** @returns a result for each item in its order, after the commit of all that were accepted. */
  async import(
    items: readonly unknown[],
    caller: Principal,
    traceparent: string,
    requestId: string,
  ): Promise<BulkResult<TokenView>[]> {
    const grantor = await this.tokens.grantorOf(caller);
    const taken = await this.takenDigests(items);
    const decided = items.map((item) => this.decide(item, grantor, taken, requestId));
    const accepted = decided.flatMap((result) => (result.ok ? [result.value] : []));
    const metadata = { actor: caller.actor, traceparent };
    const stored = await this.issuance.commit(caller.tenant, accepted, metadata);
    const views = accepted.map(({ command }, i) => issuedTokenOf(command, caller, stored[i]!));
    return decided.map((result) => (result.ok ? { ok: true, value: views.shift()! } : result));
  }

  private decide(
    item: unknown,
    grantor: Grantor,
    taken: Set<string>,
    requestId: string,
  ): BulkResult<DecidedToken> {
    try {
      const { sha256, last4 = UNKNOWN_LAST4, ...terms } = parseWith(ImportedToken, item);
      const digest = digestOf(sha256);
      if (taken.has(digest)) throw keyImported();
      const secret = { id: newId('sec'), ...this.config.TOKEN_PEPPERS.hash(digest), last4 };
      const decided = this.issuance.decide(this.tokens.commandFor(terms, grantor, secret));
      taken.add(digest); // the same key twice in one list is refused the second time
      return { ok: true, value: decided };
    } catch (error) {
      return refused(error, requestId);
    }
  }

  /** Of the digests in a list, those a secret is known for, of whatever tenant. */
  private async takenDigests(items: readonly unknown[]): Promise<Set<string>> {
    const byHash = new Map<string, string>();
    for (const item of items) {
      const parsed = ImportedToken.safeParse(item);
      if (!parsed.success) continue;
      const digest = digestOf(parsed.data.sha256);
      for (const hash of this.config.TOKEN_PEPPERS.allHashes(digest)) byHash.set(hash, digest);
    }
    const rows = await this.dataSource.query<{ hash: string }[]>(
      'select hash from token_secret where hash = any($1::text[])',
      [[...byHash.keys()]],
    );
    return new Set(rows.map(({ hash }) => byHash.get(hash)!));
  }
}

/** As services send it: base64url. */
const digestOf = (sha256: string): string =>
  /^[0-9a-f]{64}$/i.test(sha256) ? Buffer.from(sha256, 'hex').toString('base64url') : sha256;
