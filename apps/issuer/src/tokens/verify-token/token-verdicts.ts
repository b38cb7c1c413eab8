import {
  ForeignToken,
  type TokenVerdict,
  type VerdictCode,
  type VerifyTokenBody,
} from '@gatehouse/contracts';
import { GroupedCalls } from '@gatehouse/event-store';
import { digestOfToken, parseOpaqueToken } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { ImportKeys } from '../import-keys/import-keys.js';
import { type Account, type Purchase, type Share, sharesOf } from './purchase.js';

/** Enough that a token everybody uses is one row lock and one commit for many, few enough for a short one. */
const MOST_IN_A_GROUP = 100;
const GROUPS_AT_ONCE = 2;

const DEFAULT_COST = 1;

interface Ask {
  tenant: string;
  hashes: readonly string[];
  scopes: readonly string[];
  ip?: string;
  cost: number;
}

type Judged = { code: VerdictCode } & (
  | { tokenId: null }
  | {
      tokenId: string;
      secretId: string;
      scopes: string[];
      expiresAt: string | null;
      identity: { id: string; externalId: string } | null;
    }
);

interface Answer {
  verdicts: Judged[];
  purchases: Purchase[];
}

/** Whether tokens are good, and what that costs them: one round trip, shared by all who ask meanwhile. */
@Injectable()
export class TokenVerdicts {
  private readonly asks: GroupedCalls<Ask, TokenVerdict>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ImportKeys) private readonly importKeys: ImportKeys,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {
    const call = (group: readonly Ask[]) => this.verifyAll(group);
    this.asks = new GroupedCalls({ call, most: MOST_IN_A_GROUP, atOnce: GROUPS_AT_ONCE });
  }

  /** @returns after the commit of what it cost. Another tenant's token is not there. */
  async verify(
    tenant: string,
    { token, digest, scopes = [], ip, cost = DEFAULT_COST }: VerifyTokenBody,
  ): Promise<TokenVerdict> {
    const imprints = digest === undefined ? await this.imprintsOf(tenant, token ?? '') : [digest];
    if (imprints.length === 0) return { valid: false, code: 'token-malformed' };
    const hashes = imprints.flatMap((imprint) => this.config.TOKEN_PEPPERS.allHashes(imprint));
    return this.asks.join({ tenant, hashes, scopes, ...(ip !== undefined && { ip }), cost });
  }

  /** What a token may be known as; nothing, where only one of another system could be written so and none is taken. */
  private async imprintsOf(tenant: string, token: string): Promise<string[]> {
    if (parseOpaqueToken(token)) return [digestOfToken(token)];
    if (!ForeignToken.safeParse(token).success) return [];
    const imported = await this.importKeys.imprints(tenant, token);
    return imported.length === 0 ? [] : [digestOfToken(token), ...imported];
  }

  private async verifyAll(group: readonly Ask[]): Promise<TokenVerdict[]> {
    const [row] = await this.dataSource.query<{ answer: Answer }[]>(
      'select verify_tokens($1::jsonb) as answer',
      [JSON.stringify(group)],
    );
    const { verdicts, purchases } = row!.answer;
    const shares = new Map(purchases.flatMap(sharesOf));
    return verdicts.map((judged, i) => verdictOf(judged, shares.get(i)));
  }
}

function verdictOf(judged: Judged, share: Share | undefined): TokenVerdict {
  if (judged.tokenId === null) return { valid: false, code: judged.code };
  const { tokenId: id, secretId, scopes, identity } = judged;
  const expiresAt = judged.expiresAt && new Date(judged.expiresAt).toISOString();
  const token = { id, secretId, scopes, expiresAt, ...(identity && { identity }) };
  if (!share) return { valid: judged.code === 'valid', code: judged.code, token };
  if (!share.granted) {
    const { granted: _granted, ...refused } = share;
    return { valid: false, token, ...refused };
  }
  const shared = identity && { identity: { ...identity, ...leftOf(identity.id, share.left) } };
  const { credits } = leftOf(id, share.left);
  return { valid: true, code: 'valid', token: { ...token, ...(credits && { credits }), ...shared } };
}

/** What is left in a holder's accounts: its credits are the one without a name, the others its limits. */
function leftOf(holder: string, left: readonly Account[]) {
  const own = left.filter((account) => account.holder === holder);
  const credits = own.find(({ name }) => name === '');
  const limits = own.flatMap(({ name, remaining, refillsAt }) =>
    name === '' || refillsAt === null ? [] : [{ name, remaining, resetsAt: refillsAt }],
  );
  return {
    ...(credits && { credits: { remaining: credits.remaining, refillsAt: credits.refillsAt } }),
    ...(limits.length > 0 && { limits }),
  };
}
