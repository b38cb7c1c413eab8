import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PeriodicWork } from '../../periodic-work.js';
import { TokenHandler } from '../token.handler.js';

const EVERY_MS = 1_000;
const AT_ONCE = 100;

const DUE = `
  select distinct s.token_id, t.tenant
  from token_secret s join token_summary t on t.id = s.token_id
  where s.retires_at <= now() and s.retired_at is null and t.revoked_at is null
  limit $1`;

/**
 * Writes down that a rotation's overlap has ended. The secret stopped working at its time all the same: look-ups compare
 * the clock. Several issuers may do this at once, because a repeated command adds no event.
 */
@Injectable()
export class EndedOverlaps extends PeriodicWork {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(EVERY_MS, 'ended overlaps are written down later', logger);
  }

  protected async work(): Promise<void> {
    const due = await this.dataSource.query<{ token_id: string; tenant: string }[]>(DUE, [AT_ONCE]);
    for (const { token_id: tokenId, tenant } of due) {
      const command = { kind: 'retire-secrets', tokenId, now: new Date() } as const;
      await this.handler.handle(tenant, command, { actor: 'system:issuer' });
    }
  }
}
