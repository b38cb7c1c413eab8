import type { LastUse, TokenView } from '@gatehouse/contracts';
import { type Clock, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import { CreditAccounts } from '../../credits/credit-accounts.js';
import { dormantFor } from '../../token-use/dormant.js';
import type { SecretUse } from '../../token-use/secret-use.entity.js';
import { TokenUses } from '../../token-use/token-uses.js';
import { tokenNotFound } from '../token.errors.js';
import { rotationDueWithin } from './rotation-due.js';
import { whereAll } from './token-condition.js';
import { TokenSecret } from './token-secret.entity.js';
import { TokenSummary } from './token-summary.entity.js';
import { isWithinReach, type Reach } from '../../teams/reach.js';

/** Which tokens are asked for. */
export interface TokenFilter {
  cursor?: string;
  limit: number;
  unusedForDays?: number;
  rotationDue?: number;
  identityId?: string;
  serviceAccountId?: string;
}

/** Answers what tokens a tenant has. */
@Injectable()
export class TokenSummaries {
  private readonly clock: Clock = systemClock;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TokenUses) private readonly uses: TokenUses,
    @Inject(CreditAccounts) private readonly credits: CreditAccounts,
  ) {}

  /** @throws DomainError `not-found`, also for another tenant's token. */
  async get(tenant: string, id: string): Promise<TokenView> {
    const row = await this.dataSource.getRepository(TokenSummary).findOneBy({ id, tenant });
    if (!row) throw tokenNotFound(id);
    const [view] = await this.viewsOf([row]);
    return view!;
  }

  /**
   * One page, oldest first: ids sort by age. `cursor` is the last id of the page before. With `unusedForDays`, only tokens
   * that could be used and were not for that long; with `rotationDue`, only those that need a new secret by then.
   */
  async list(
    tenant: string,
    reach: Reach,
    { cursor = '', limit, unusedForDays, rotationDue, identityId, serviceAccountId }: TokenFilter,
  ): Promise<{ items: TokenView[]; nextCursor: string | null }> {
    const now = this.clock.now();
    const conditions = [
      ...(unusedForDays === undefined ? [] : [dormantFor(unusedForDays, now)]),
      ...(rotationDue === undefined ? [] : [rotationDueWithin(rotationDue, now)]),
    ];
    const query = this.dataSource
      .getRepository(TokenSummary)
      .createQueryBuilder('t')
      .setFindOptions({
        where: {
          ...whereAll(cursor, conditions),
          tenant,
          ...(identityId !== undefined && { identityId }),
          ...(serviceAccountId !== undefined && { serviceAccountId }),
        },
        order: { id: 'asc' },
        take: limit + 1,
      });
    if (reach !== 'all') query.andWhere(isWithinReach('t.id', ':reach'), { reach });
    const rows = await query.getMany();
    const page = rows.slice(0, limit);
    return {
      items: await this.viewsOf(page),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  private async viewsOf(rows: readonly TokenSummary[]): Promise<TokenView[]> {
    const ids = rows.map((row) => row.id);
    const [uses, credits, secrets] = await Promise.all([
      this.uses.ofSecrets(ids),
      this.credits.of(ids),
      this.dataSource.getRepository(TokenSecret).find({
        where: { tokenId: In(ids), retiredAt: IsNull() },
        order: { id: 'desc' },
      }),
    ]);
    const byToken = new Map<string, TokenSecret[]>(rows.map((row) => [row.id, []]));
    for (const secret of secrets) byToken.get(secret.tokenId)?.push(secret);
    const now = this.clock.now();
    return rows.map((row) => ({
      ...viewOf(row, byToken.get(row.id) ?? [], uses.get(row.id) ?? [], now),
      credits: credits.get(row.id) ?? null,
    }));
  }
}

/** @param uses of all its secrets, the newest first. */
function viewOf(
  row: TokenSummary,
  secrets: readonly TokenSecret[],
  uses: readonly SecretUse[],
  now: Date,
): Omit<TokenView, 'credits'> {
  const [latest] = uses;
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    status: statusOf(row, now),
    scopes: row.scopes,
    ipAllow: row.ipAllow,
    ipDeny: row.ipDeny,
    metadata: row.metadata,
    applicationId: row.applicationId,
    userId: row.userId,
    serviceAccountId: row.serviceAccountId,
    identityId: row.identityId,
    plan: row.plan,
    protected: row.protected,
    rotation: row.rotation,
    last4: secrets[0]?.last4 ?? '',
    secrets: secrets.map((secret) => secretViewOf(secret, uses)),
    lastUsed: latest ? { ...lastUseOf(latest), secretId: latest.secretId } : null,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason: row.revokedReason,
    suspendedReason: row.suspendedReason,
  };
}

function secretViewOf(
  { id, last4, addedAt, retiresAt }: TokenSecret,
  uses: readonly SecretUse[],
): TokenView['secrets'][number] {
  const use = uses.find(({ secretId }) => secretId === id);
  return {
    id,
    last4,
    addedAt: addedAt.toISOString(),
    retiresAt: retiresAt?.toISOString() ?? null,
    lastUsed: use ? lastUseOf(use) : null,
  };
}

const lastUseOf = ({ usedAt, ip, country }: SecretUse): LastUse => ({
  at: usedAt.toISOString(),
  ip,
  country,
});

/** The strongest word wins: what is revoked is not called expired, what is expired not suspended. */
function statusOf({ revokedAt, expiresAt, suspendedReason }: TokenSummary, now: Date): TokenView['status'] {
  if (revokedAt) return 'revoked';
  if (expiresAt && expiresAt <= now) return 'expired';
  return suspendedReason === null ? 'active' : 'suspended';
}
