import type { CreateUserBody, PersonalData, UpdateUserBody, UserView } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { refuseKnownPassword } from '../../sign-in/passwords/known-passwords.js';
import { hashPassword } from '../passwords/passwords.js';
import { closeWith, newPersonalKey, PersonalFields } from '../personal-fields/personal-fields.js';
import { userNotFound } from './user.errors.js';
import { UserHandler } from './user.handler.js';

const COLUMNS = 'id, tenant, personal, created_at, disabled_at';

interface Row {
  id: string;
  tenant: string;
  personal: string;
  created_at: Date;
  disabled_at: Date | null;
}

/** People of all tenants: who they are now, and what makes and changes them. */
@Injectable()
export class Users {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(PersonalFields) private readonly fields: PersonalFields,
    @Inject(UserHandler) private readonly handler: UserHandler,
  ) {}

  /** @throws DomainError `password-breached`; `conflict` when somebody of the tenant has the address already. */
  async create(
    tenant: string,
    { email, name, password }: CreateUserBody,
    metadata: EventMetadata,
  ): Promise<UserView> {
    refuseKnownPassword(password, [email, name]);
    return this.createWithoutPassword(tenant, { email, name }, metadata, await hashPassword(password));
  }

  /** Somebody who signs in elsewhere. @throws DomainError `conflict` when somebody of the tenant has the address already. */
  async createWithoutPassword(
    tenant: string,
    { email, name }: PersonalData,
    metadata: EventMetadata,
    passwordHash?: string,
  ): Promise<UserView> {
    const userId = newId('usr');
    const key = newPersonalKey();
    const command = { kind: 'create', userId, personal: closeWith(key, userId, { email, name }) } as const;
    await this.handler.create(tenant, command, { key, passwordHash }, metadata);
    return this.get(tenant, userId);
  }

  /** Changes what the person is called or signs in with; what stays as it was is no event. */
  async update(
    tenant: string,
    userId: string,
    changes: UpdateUserBody,
    metadata: EventMetadata,
  ): Promise<UserView> {
    const { email, name } = await this.get(tenant, userId);
    const fields: PersonalData = { email: changes.email ?? email, name: changes.name ?? name };
    if (fields.email !== email || fields.name !== name) {
      const personal = await this.fields.close(tenant, userId, fields);
      if (personal === undefined) throw userNotFound(userId);
      await this.handler.handle(tenant, { kind: 'update', userId, personal }, metadata);
    }
    return this.get(tenant, userId);
  }

  /** @throws DomainError `not-found`, also for another tenant's and for who was erased. */
  async get(tenant: string, id: string): Promise<UserView> {
    const [view] = await this.read('tenant = $1 and id = $2', [tenant, id]);
    if (!view) throw userNotFound(id);
    return view;
  }

  /** @returns `undefined` also for somebody disabled, or of another tenant. */
  async find(tenant: string, id: string): Promise<UserView | undefined> {
    const [view] = await this.read('tenant = $1 and id = $2 and disabled_at is null', [tenant, id]);
    return view;
  }

  /** By what the person signs in with. @returns as {@link find}. */
  async findByLogin(tenant: string, login: string): Promise<UserView | undefined> {
    const [view] = await this.read('tenant = $1 and login_hash = $2 and disabled_at is null', [
      tenant,
      this.fields.loginHash(tenant, login),
    ]);
    return view;
  }

  /** Also by somebody disabled. */
  async isTaken(tenant: string, login: string): Promise<boolean> {
    const hash = this.fields.loginHash(tenant, login);
    return (await this.read('tenant = $1 and login_hash = $2', [tenant, hash])).length > 0;
  }

  /** One page, oldest first; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: UserView[]; nextCursor: string | null }> {
    const views = await this.read('tenant = $1 and id > $2 order by id limit $3', [
      tenant,
      cursor,
      limit + 1,
    ]);
    const items = views.slice(0, limit);
    return { items, nextCursor: views.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @param where begins with the tenant, which is the first parameter. */
  private async read(
    where: string,
    parameters: readonly [tenant: string, ...unknown[]],
  ): Promise<UserView[]> {
    const rows = await this.dataSource.query<Row[]>(`select ${COLUMNS} from person where ${where}`, [
      ...parameters,
    ]);
    const sealed = rows.map(({ id, personal }) => ({ userId: id, personal }));
    const opened = await this.fields.openMany(parameters[0], sealed);
    // Between the two reads somebody may have been erased: then she is not there.
    return rows.flatMap((row, i) => (opened[i] ? [viewOf(row, opened[i])] : []));
  }
}

const viewOf = ({ id, tenant, created_at, disabled_at }: Row, { email, name }: PersonalData): UserView => ({
  id,
  tenant,
  email,
  name,
  createdAt: created_at.toISOString(),
  disabledAt: disabled_at?.toISOString() ?? null,
});
