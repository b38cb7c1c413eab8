import {
  isInstanceOf,
  isPermission,
  isRoleScope,
  type ScopeView,
  type TenantPolicy,
} from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata } from '@gatehouse/event-store';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import {
  type CustomScope,
  type ScopeCommand,
  scopeDecider,
  type ScopeEvent,
  scopeEventOf,
} from './scope.decider.js';
import { projectScopes } from './scope.projection.js';

/** More than people can choose from. */
const MOST = 500;

/** The scopes that tenants define for their own APIs. */
@Injectable()
export class CustomScopes {
  private readonly handler: CommandHandler<ScopeCommand, ScopeEvent, CustomScope>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {
    this.handler = new CommandHandler(dataSource, scopeDecider, scopeEventOf, projectScopes);
  }

  /** @returns after the commit. */
  async handle(tenant: string, command: ScopeCommand, metadata: EventMetadata): Promise<void> {
    const stream = { id: `scope:${tenant}:${command.name}`, tenant };
    const { added } = await this.handler.handle(stream, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }

  /** By name; `cursor` is the last name of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: ScopeView[]; nextCursor: string | null }> {
    const rows = await this.dataSource.query<ScopeView[]>(
      `select name, category, description from custom_scope
       where tenant = $1 and name > $2 collate "C" order by name collate "C" limit $3`,
      [tenant, cursor, limit + 1],
    );
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  /** What people are told of scopes; those that nobody described are left out. */
  async descriptionsOf(tenant: string, scopes: readonly string[]): Promise<Map<string, string>> {
    const { items } = await this.list(tenant, { limit: MOST });
    return new Map(
      scopes.flatMap((scope) => {
        const defined = items.find(({ name }) => isInstanceOf(name, scope));
        return defined ? [[scope, defined.description]] : [];
      }),
    );
  }

  /** What a tenant's callers may grant besides management scopes; `undefined`: anything. */
  async grantable(
    tenant: string,
    { definedScopesOnly }: TenantPolicy,
  ): Promise<readonly string[] | undefined> {
    if (!definedScopesOnly) return undefined;
    return (await this.list(tenant, { limit: MOST })).items.map(({ name }) => name);
  }
}

/** @throws DomainError `policy-scope-undefined` where the tenant's policy asks for defined scopes. */
export function refuseUndefined(scopes: readonly string[], defined: readonly string[] | undefined): void {
  if (!defined) return;
  const unknown = scopes.filter(
    (scope) =>
      !isPermission(scope) && !isRoleScope(scope) && !defined.some((name) => isInstanceOf(name, scope)),
  );
  if (unknown.length === 0) return;
  const detail = `Nobody has defined ${unknown.slice(0, 10).join(', ')}: PUT /v1/scopes/{name} does.`;
  throw new DomainError('forbidden', 'policy-scope-undefined', detail);
}
