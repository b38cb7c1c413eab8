import { ImportedToken, type TokenView } from '@gatehouse/contracts';
import { type Principal, parseWith } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { type BulkResult, refused } from '../bulk-tokens/bulk-result.js';
import { inTurns } from '../bulk-tokens/in-turns.js';
import { type DecidedToken, Issuance } from '../issue-token/issuance.js';
import { type Grantor, IssueTokenService, issuedTokenOf } from '../issue-token/issue-token.service.js';
import { importKeyMissing } from '../import-keys/import-key.errors.js';
import { ImportKeys, imprintOf } from '../import-keys/import-keys.js';
import { keyImported } from '../token.errors.js';

/** What an importer who does not know them shows instead of a key's last four characters. */
const UNKNOWN_LAST4 = '----';

/**
 * Takes over keys that somebody else issued, and nobody needs a new one. By their SHA-256: what services ask for is that
 * very digest, so such a key is found like any other. Or by their HMAC under an import key. Neither itself is stored; its
 * keyed hash is.
 */
@Injectable()
export class TokenImport {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(IssueTokenService) private readonly tokens: IssueTokenService,
    @Inject(Issuance) private readonly issuance: Issuance,
    @Inject(ImportKeys) private readonly importKeys: ImportKeys,
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
    const known: Known = {
      taken: await this.takenImprints(items),
      importKeys: new Set((await this.importKeys.list(caller.tenant)).map(({ id }) => id)),
    };
    const decided = await inTurns(items, (item) => this.decide(item, grantor, known, requestId));
    const accepted = decided.flatMap((result) => (result.ok ? [result.value] : []));
    const metadata = { actor: caller.actor, traceparent };
    const used = new Set(accepted.flatMap(({ command }) => command.secret.importKeyId ?? []));
    const stored = await this.importKeys.holding(caller.tenant, [...used], () =>
      this.issuance.commit(caller.tenant, accepted, metadata),
    );
    const views = accepted.map(({ command }, i) => issuedTokenOf(command, caller, stored[i]!));
    return decided.map((result) => (result.ok ? { ok: true, value: views.shift()! } : result));
  }

  private decide(
    item: unknown,
    grantor: Grantor,
    { taken, importKeys }: Known,
    requestId: string,
  ): BulkResult<DecidedToken> {
    try {
      const imported = parseWith(ImportedToken, item);
      const { sha256: _sha256, hmacSha256: _hmac, importKeyId, last4 = UNKNOWN_LAST4, ...terms } = imported;
      if (importKeyId !== undefined && !importKeys.has(importKeyId)) throw importKeyMissing(importKeyId);
      const imprint = imprintOfKey(imported);
      if (taken.has(imprint)) throw keyImported();
      const hashed = this.config.TOKEN_PEPPERS.hash(imprint);
      const secret = { id: newId('sec'), ...hashed, last4, ...(importKeyId && { importKeyId }) };
      const decided = this.issuance.decide(this.tokens.commandFor(terms, grantor, secret));
      taken.add(imprint); // the same key twice in one list is refused the second time
      return { ok: true, value: decided };
    } catch (error) {
      return refused(error, requestId);
    }
  }

  /** Of the keys in a list, those a secret is known for, of whatever tenant. */
  private async takenImprints(items: readonly unknown[]): Promise<Set<string>> {
    const byHash = new Map<string, string>();
    for (const item of items) {
      const parsed = ImportedToken.safeParse(item);
      if (!parsed.success) continue;
      const imprint = imprintOfKey(parsed.data);
      for (const hash of this.config.TOKEN_PEPPERS.allHashes(imprint)) byHash.set(hash, imprint);
    }
    const rows = await this.dataSource.query<{ hash: string }[]>(
      'select hash from token_secret where hash = any($1::text[])',
      [[...byHash.keys()]],
    );
    return new Set(rows.map(({ hash }) => byHash.get(hash)!));
  }
}

/** What has to be known of a list before its items are looked at. */
interface Known {
  taken: Set<string>;
  importKeys: ReadonlySet<string>;
}

/** What the key is known as from now on: its digest, as services send it, or its HMAC and under what. */
const imprintOfKey = ({ sha256 = '', hmacSha256 = '', importKeyId }: ImportedToken): string =>
  importKeyId === undefined ? base64urlOf(sha256) : imprintOf(importKeyId, base64urlOf(hmacSha256));

const base64urlOf = (hash: string): string =>
  /^[0-9a-f]{64}$/i.test(hash) ? Buffer.from(hash, 'hex').toString('base64url') : hash;
