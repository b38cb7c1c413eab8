import type { TokenView } from '@gatehouse/contracts';
import { type Clock, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, MoreThan } from 'typeorm';
import { tokenNotFound } from '../token.errors.js';
import { TokenSecret } from './token-secret.entity.js';
import { TokenSummary } from './token-summary.entity.js';

/** Answers what tokens a tenant has. */
@Injectable()
export class TokenSummaries {
  private readonly clock: Clock = systemClock;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws DomainError `not-found`, also for another tenant's token. */
  async get(tenant: string, id: string): Promise<TokenView> {
    const row = await this.dataSource.getRepository(TokenSummary).findOneBy({ id, tenant });
    if (!row) throw tokenNotFound(id);
    const [view] = await this.viewsOf([row]);
    return view!;
  }

  /** One page, oldest first: ids sort by age. `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: TokenView[]; nextCursor: string | null }> {
    const rows = await this.dataSource.getRepository(TokenSummary).find({
      where: { tenant, id: MoreThan(cursor) },
      order: { id: 'asc' },
      take: limit + 1,
    });
    const page = rows.slice(0, limit);
    return {
      items: await this.viewsOf(page),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  private async viewsOf(rows: readonly TokenSummary[]): Promise<TokenView[]> {
    const secrets = await this.dataSource.getRepository(TokenSecret).find({
      where: { tokenId: In(rows.map((row) => row.id)), retiredAt: IsNull() },
      order: { id: 'desc' },
    });
    const byToken = new Map<string, TokenSecret[]>(rows.map((row) => [row.id, []]));
    for (const secret of secrets) byToken.get(secret.tokenId)?.push(secret);
    const now = this.clock.now();
    return rows.map((row) => viewOf(row, byToken.get(row.id) ?? [], now));
  }
}

function viewOf(row: TokenSummary, secrets: readonly TokenSecret[], now: Date): TokenView {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    status: statusOf(row, now),
    scopes: row.scopes,
    ipAllow: row.ipAllow,
    metadata: row.metadata,
    last4: secrets[0]?.last4 ?? '',
    secrets: secrets.map(({ id, last4, addedAt, retiresAt }) => ({
      id,
      last4,
      addedAt: addedAt.toISOString(),
      retiresAt: retiresAt?.toISOString() ?? null,
    })),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason: row.revokedReason,
    suspendedReason: row.suspendedReason,
  };
}

/** The strongest word wins: what is revoked is not called expired, what is expired not suspended. */
function statusOf({ revokedAt, expiresAt, suspendedReason }: TokenSummary, now: Date): TokenView['status'] {
  if (revokedAt) return 'revoked';
  if (expiresAt && expiresAt <= now) return 'expired';
  return suspendedReason === null ? 'active' : 'suspended';
}
