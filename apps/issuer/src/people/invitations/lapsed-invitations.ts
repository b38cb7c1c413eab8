import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PeriodicWork } from '../../periodic-work.js';
import { Inviting } from './inviting.js';

const EVERY_MS = 60_000;
const AT_ONCE = 100;

interface Lapsed {
  id: string;
  tenant: string;
}

/** Whoever invited somebody can see for a day that the link has expired. */
const LAPSED = `
  select id, tenant from invitation where expires_at <= now() - interval '1 day' order by expires_at limit $1`;

/**
 * Forgets whom expired invitations were for. Several issuers may do this at once, because a repeated command adds no event.
 */
@Injectable()
export class LapsedInvitations extends PeriodicWork {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Inviting) private readonly inviting: Inviting,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(EVERY_MS, 'expired invitations are forgotten later', logger);
  }

  protected work(): Promise<void> {
    return this.forgetAll();
  }

  /** All whose time is over, so many at a time. */
  async forgetAll(): Promise<void> {
    let found = AT_ONCE;
    while (found === AT_ONCE) {
      const lapsed = await this.dataSource.query<Lapsed[]>(LAPSED, [AT_ONCE]);
      for (const { id, tenant } of lapsed)
        await this.inviting.revoke(tenant, id, 'expired', { actor: 'system:issuer' });
      found = lapsed.length;
    }
  }
}
