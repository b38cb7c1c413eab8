import type { EventName } from '@gatehouse/contracts';
import { EntriesQuery, events, OPERATOR_TENANT } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { EntryQuery } from './entry-query.js';
import type { EntryPage } from './entry-query.js';

/** Searches the log. */
@Controller('v1/entries')
export class EntriesController {
  constructor(@Inject(EntryQuery) private readonly entries: EntryQuery) {}

  @Get()
  @Requires('audit:read')
  async search(
    @Caller() caller: Principal,
    @Query({ schema: EntriesQuery }) query: EntriesQuery,
  ): Promise<EntryPage> {
    const { cursor = 0, limit, type, ...rest } = query;
    if (!mayAsk(caller, query.tenant)) return { items: [], nextCursor: null };
    const tenant = caller.tenant === OPERATOR_TENANT ? query.tenant : caller.tenant;
    return this.entries.page({ ...rest, type: wireTypeOf(type), tenant }, cursor, limit);
  }
}

/** The operator sees every tenant; to all others, another tenant's entries look as if they were not there. */
function mayAsk(caller: Principal, tenant: string | undefined): boolean {
  return caller.tenant === OPERATOR_TENANT || tenant === undefined || tenant === caller.tenant;
}

/** A name in code becomes its wire type; a wire type stays, so that types unknown to this build can be found. */
function wireTypeOf(type: string | undefined): string | undefined {
  if (type === undefined || type.includes('.')) return type;
  if (Object.hasOwn(events, type)) return events[type as EventName].type;
  const rule = `one of ${Object.keys(events).join(', ')}, or a type as on the wire, e.g. token.issued.v1`;
  throw new DomainError('invalid', 'query-invalid', `type: ${rule}`, { fields: [{ field: 'type', rule }] });
}
