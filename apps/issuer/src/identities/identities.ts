import type { IdentityLimit, IdentityList, IdentityView } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { CreditAccounts } from '../credits/credit-accounts.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import {
  type Identity,
  type IdentityCommand,
  identityDecider,
  type IdentityEvent,
  identityEventOf,
} from './identity.decider.js';
import { externalIdTaken, identityInUse, identityMissing, identityNotFound } from './identity.errors.js';
import { projectIdentities } from './identity.projection.js';

interface Row {
  id: string;
  tenant: string;
  external_id: string;
  name: string;
  metadata: Record<string, string>;
  limits: IdentityLimit[];
  created_at: Date;
  created_by: string;
}

/** Identities: what changes them, and what they are now. */
@Injectable()
export class Identities {
  private readonly handler: CommandHandler<IdentityCommand, IdentityEvent, Identity>;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(CreditAccounts) private readonly credits: CreditAccounts,
  ) {
    this.handler = new CommandHandler(dataSource, identityDecider, identityEventOf, projectIdentities);
  }

  /** @throws DomainError `conflict` when another identity of the tenant has the external id. */
  async handle(tenant: string, command: IdentityCommand, metadata: EventMetadata): Promise<void> {
    try {
      const { added } = await this.handler.handle({ id: command.identityId, tenant }, command, metadata);
      if (added.length > 0) this.outgoing.wake();
    } catch (error) {
      if (isTaken(error)) throw externalIdTaken();
      throw error;
    }
  }

  /** @throws DomainError `identity-in-use` while a token of it lives; none can join it meanwhile. */
  async delete(tenant: string, identityId: string, metadata: EventMetadata): Promise<void> {
    await this.dataSource.asOne(async () => {
      await this.dataSource.query('select from identity where tenant = $1 and id = $2 for update', [
        tenant,
        identityId,
      ]);
      const [row] = await this.dataSource.query<{ live: number }[]>(
        `select count(*)::int as live from token_summary
         where tenant = $1 and identity_id = $2 and revoked_at is null and (expires_at is null or expires_at > now())`,
        [tenant, identityId],
      );
      if (row!.live > 0) throw identityInUse(row!.live);
      await this.handle(tenant, { kind: 'delete', identityId }, metadata);
    });
  }

  /** Runs what gives identities tokens, so that none of them is deleted meanwhile. @throws as {@link hold}. */
  async holding<Result>(
    tenant: string,
    ids: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (ids.length === 0) return work();
    return this.dataSource.asOne(async () => {
      await this.hold(tenant, ids);
      return work();
    });
  }

  /**
   * Keeps identities from being deleted until the transaction that calls this ends.
   * @throws DomainError `body-invalid` for one that is not there, also for another tenant's.
   */
  async hold(tenant: string, ids: readonly string[]): Promise<void> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'select id from identity where tenant = $1 and id = any($2) order by id for key share',
      [tenant, ids],
    );
    const missing = ids.find((id) => !rows.some((row) => row.id === id));
    if (missing !== undefined) throw identityMissing(missing);
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<IdentityView> {
    const [view] = await this.read('tenant = $1 and id = $2', [tenant, id]);
    if (!view) throw identityNotFound(id);
    return view;
  }

  /** One page, oldest first; `cursor` is the last id of the page before. With `externalId`, that one or none. */
  async list(
    tenant: string,
    { cursor = '', externalId, limit }: { cursor?: string; externalId?: string; limit: number },
  ): Promise<IdentityList> {
    const views = await this.read(
      'tenant = $1 and id > $2 and ($3::text is null or external_id = $3) order by id limit $4',
      [tenant, cursor, externalId ?? null, limit + 1],
    );
    const items = views.slice(0, limit);
    return { items, nextCursor: views.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @param where begins with the tenant, which is the first parameter. */
  private async read(where: string, parameters: readonly unknown[]): Promise<IdentityView[]> {
    const rows = await this.dataSource.query<Row[]>(`select * from identity where ${where}`, [...parameters]);
    const credits = await this.credits.of(rows.map(({ id }) => id));
    return rows.map((row) => ({ ...viewOf(row), credits: credits.get(row.id) ?? null }));
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof QueryFailedError &&
  'constraint' in error.driverError &&
  error.driverError.constraint === 'identity_external_id';

const viewOf = (row: Row): Omit<IdentityView, 'credits'> => ({
  id: row.id,
  tenant: row.tenant,
  externalId: row.external_id,
  name: row.name,
  metadata: row.metadata,
  limits: row.limits,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
});
