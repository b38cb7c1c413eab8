import { type InvitationList, type InvitationView, type PersonalData, RoleName } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PersonalFields } from '../personal-fields/personal-fields.js';
import { invitationNotFound } from './invitation.errors.js';

interface Row {
  id: string;
  tenant: string;
  personal: string;
  role: string;
  expires_at: Date;
  created_at: Date;
  created_by: string;
  expired: boolean;
}

/** The invitations that nobody has accepted or revoked. */
@Injectable()
export class Invitations {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(PersonalFields) private readonly fields: PersonalFields,
  ) {}

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<InvitationView> {
    const [view] = await this.read('tenant = $1 and id = $2', [tenant, id]);
    if (!view) throw invitationNotFound(id);
    return view;
  }

  /** One page, oldest first; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<InvitationList> {
    const where = 'tenant = $1 and id > $2 order by id limit $3';
    const views = await this.read(where, [tenant, cursor, limit + 1]);
    const items = views.slice(0, limit);
    return { items, nextCursor: views.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @param where begins with the tenant, which is the first parameter. */
  private async read(where: string, parameters: readonly [string, ...unknown[]]): Promise<InvitationView[]> {
    const rows = await this.dataSource.query<Row[]>(
      `select *, expires_at <= now() as expired from invitation where ${where}`,
      [...parameters],
    );
    const sealed = rows.map(({ id, personal }) => ({ userId: id, personal }));
    const opened = await this.fields.openMany(parameters[0], sealed);
    // Between the two reads one may have been accepted: then it is not there.
    return rows.flatMap((row, i) => (opened[i] ? [viewOf(row, opened[i])] : []));
  }
}

const viewOf = (row: Row, { email, name }: PersonalData): InvitationView => ({
  id: row.id,
  tenant: row.tenant,
  email,
  name,
  role: RoleName.parse(row.role),
  status: row.expired ? 'expired' : 'open',
  expiresAt: row.expires_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
});
