import type { DataSource } from 'typeorm';
import { userNotFound } from './user.errors.js';

/**
 * Keeps a person from being erased until the transaction that calls this ends: nobody is given anything while she goes.
 * @throws DomainError `not-found` when she is not there, also for another tenant's.
 */
export async function holdPerson(dataSource: DataSource, tenant: string, userId: string): Promise<void> {
  const found = await dataSource.query<unknown[]>(
    'select from person where tenant = $1 and id = $2 for share',
    [tenant, userId],
  );
  if (found.length === 0) throw userNotFound(userId);
}
