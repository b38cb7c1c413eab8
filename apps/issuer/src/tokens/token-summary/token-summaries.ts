import type { TokenView } from '@gatehouse/contracts';
import { type Clock, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { tokenNotFound } from '../token.errors.js';
import { TokenSummary } from './token-summary.entity.js';

/** Answers what tokens a tenant has. */
@Injectable()
export class TokenSummaries {
  private readonly rows: Repository<TokenSummary>;
  private readonly clock: Clock = systemClock;

  constructor(@Inject(DataSource) dataSource: DataSource) {
    this.rows = dataSource.getRepository(TokenSummary);
  }

  /** @throws DomainError `not-found`, also for another tenant's token. */
  async get(tenant: string, id: string): Promise<TokenView> {
    const row = await this.rows.findOneBy({ id, tenant });
    if (!row) throw tokenNotFound(id);
    return viewOf(row, this.clock.now());
  }

  /** One page, oldest first: ids sort by age. `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: TokenView[]; nextCursor: string | null }> {
    const rows = await this.rows.find({
      where: { tenant, id: MoreThan(cursor) },
      order: { id: 'asc' },
      take: limit + 1,
    });
    const page = rows.slice(0, limit);
    const now = this.clock.now();
    return {
      items: page.map((row) => viewOf(row, now)),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }
}

function viewOf(row: TokenSummary, now: Date): TokenView {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    status: row.revokedAt ? 'revoked' : row.expiresAt && row.expiresAt <= now ? 'expired' : 'active',
    scopes: row.scopes,
    ipAllow: row.ipAllow,
    metadata: row.metadata,
    last4: row.last4,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason: row.revokedReason,
  };
}
