import { OPEN_POLICY, OPERATOR_TENANT, type TenantPolicy, type TenantView } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, GroupedCalls, JoiningDataSource } from '@gatehouse/event-store';
import { TokenVerifier } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import type { TenantCommand } from './tenant.commands.js';
import { type Tenant, tenantDecider } from './tenant.decider.js';
import { tenantNotFound } from './tenant.errors.js';
import { type TenantEvent, tenantEventOf } from './tenant.events.js';
import { projectTenants } from './tenant.projection.js';

interface Row {
  id: string;
  name: string;
  policy: TenantPolicy;
  created_at: Date;
  created_by: string;
  suspended_reason: string | null;
}

/** The tenants: what changes them, and what they are now. */
@Injectable()
export class Tenants implements OnModuleInit {
  private readonly handler: CommandHandler<TenantCommand, TenantEvent, Tenant>;
  private readonly asking = new GroupedCalls({
    call: (ids: readonly string[]) => this.policiesOf(ids),
    most: 100,
    atOnce: 2,
  });

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {
    this.handler = new CommandHandler(dataSource, tenantDecider, tenantEventOf, projectTenants);
  }

  /** The operator's tenant is there before anybody could create it. */
  async onModuleInit(): Promise<void> {
    const command = {
      kind: 'create',
      tenantId: OPERATOR_TENANT,
      name: 'Operator',
      policy: OPEN_POLICY,
    } as const;
    try {
      await this.handle(command, { actor: 'system:issuer' });
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'conflict')) throw error; // it was there already
    }
  }

  /** @returns after the commit: from then on look-ups tell what is true. */
  async handle(command: TenantCommand, metadata: EventMetadata): Promise<void> {
    const stream = { id: command.tenantId, tenant: command.tenantId };
    const { added } = await this.handler.handle(stream, command, metadata);
    if (added.length === 0) return;
    this.verifier.forgetTenant(command.tenantId);
    this.outgoing.wake();
  }

  /** @throws DomainError `not-found`. */
  async get(id: string): Promise<TenantView> {
    const [row] = await this.dataSource.query<Row[]>('select * from tenant where id = $1', [id]);
    if (!row) throw tenantNotFound(id);
    return viewOf(row);
  }

  /** What a tenant asks of its tokens, as of now. */
  async policyOf(id: string): Promise<TenantPolicy> {
    // Who holds a connection must not wait for another: all may be held by such as he is.
    if (!this.dataSource.isWhole) return this.asking.join(id);
    const [policy] = await this.policiesOf([id]);
    return policy!;
  }

  private async policiesOf(ids: readonly string[]): Promise<TenantPolicy[]> {
    const rows = await this.dataSource.query<Pick<Row, 'id' | 'policy'>[]>(
      'select id, policy from tenant where id = any($1)',
      [[...new Set(ids)]],
    );
    const policies = new Map(rows.map(({ id, policy }) => [id, policy]));
    return ids.map((id) => ({ ...OPEN_POLICY, ...policies.get(id) }));
  }

  /** One page by id; `cursor` is the last id of the page before. */
  async list({ cursor = '', limit }: { cursor?: string; limit: number }): Promise<{
    items: TenantView[];
    nextCursor: string | null;
  }> {
    const rows = await this.dataSource.query<Row[]>(
      'select * from tenant where id > $1 order by id limit $2',
      [cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return { items: page.map(viewOf), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}

const viewOf = ({ id, name, policy, created_at, created_by, suspended_reason }: Row): TenantView => ({
  id,
  name,
  status: suspended_reason === null ? 'active' : 'suspended',
  policy: { ...OPEN_POLICY, ...policy },
  createdAt: created_at.toISOString(),
  createdBy: created_by,
  suspendedReason: suspended_reason,
});
