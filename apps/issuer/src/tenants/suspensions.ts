import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accountTenantOf } from '../sign-in/account/account-client.js';

/** Whether people of a tenant are turned away: while it is suspended, nothing of it works. */
@Injectable()
export class Suspensions {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async isSuspended(tenant: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'select from tenant where id = $1 and suspended_reason is not null',
      [tenant],
    );
    return rows.length > 0;
  }

  /** The same of the tenant that an application, or a tenant's account pages, belong to. */
  async isSuspendedOfClient(clientId: string): Promise<boolean> {
    const tenant = accountTenantOf(clientId);
    if (tenant !== undefined) return this.isSuspended(tenant);
    const rows = await this.dataSource.query<unknown[]>(
      `select from application a join tenant t on t.id = a.tenant
       where a.id = $1 and t.suspended_reason is not null`,
      [clientId],
    );
    return rows.length > 0;
  }
}
