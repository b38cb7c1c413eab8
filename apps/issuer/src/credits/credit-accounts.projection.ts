import type { CreditTerms } from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';

/** Puts into force what an event decided about somebody's credits; `null`: they are no longer counted. */
export async function projectCredits(
  manager: EntityManager,
  { streamId, tenant, version, at }: StoredEvent,
  credits: CreditTerms | null,
): Promise<void> {
  if (credits)
    await manager.query('select decide_account($1, $2, $3, $4, $5, $6, $7)', [
      streamId,
      '',
      tenant,
      version,
      credits.remaining,
      credits.refill ?? null,
      at,
    ]);
  else
    await manager.query(`delete from credit_account where holder = $1 and name = '' and version < $2`, [
      streamId,
      version,
    ]);
}
