import {
  auditEvents,
  EntriesQuery,
  EntryPage,
  events,
  OPERATOR_TENANT,
  wireTypeOf,
} from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { CallerToken } from '../personal/caller-token.js';
import { PersonOpener } from '../personal/person-opener.js';
import { assertSeesPersonal, redacted, seesPersonal } from '../redaction/redact.js';
import { EntryQuery } from './entry-query.js';

/** Searches the log. */
@Controller('v1/entries')
export class EntriesController {
  constructor(
    @Inject(EntryQuery) private readonly entries: EntryQuery,
    @Inject(PersonOpener) private readonly persons: PersonOpener,
  ) {}

  @Get()
  @Requires('audit:read')
  @Operation('Search the log', EntryPage)
  async search(
    @Caller() caller: Principal,
    @CallerToken() token: string,
    @Query({ schema: EntriesQuery }) query: EntriesQuery,
  ): Promise<EntryPage> {
    const { order, cursor, limit, type, ...rest } = query;
    if (!mayAsk(caller, query.tenant)) return { items: [], nextCursor: null, searchedTo: 0 };
    const tenant = caller.tenant === OPERATOR_TENANT ? query.tenant : caller.tenant;
    if (query.address !== undefined) assertSeesPersonal(caller, 'address');
    const page = await this.entries.page(
      { ...rest, type: typeOnTheWire(type), tenant },
      { order, cursor, limit },
    );
    if (!seesPersonal(caller)) return { ...page, items: page.items.map(redacted) };
    return { ...page, items: await this.persons.opened(page.items, { caller, token }) };
  }
}

/** The operator sees every tenant; to all others, another tenant's entries look as if they were not there. */
function mayAsk(caller: Principal, tenant: string | undefined): boolean {
  return caller.tenant === OPERATOR_TENANT || tenant === undefined || tenant === caller.tenant;
}

/** A name in code becomes its wire type; a wire type stays, so that types unknown to this build can be found. */
function typeOnTheWire(type: string | undefined): string | undefined {
  if (type === undefined || type.includes('.')) return type;
  const wireType = wireTypeOf(type);
  if (wireType !== undefined) return wireType;
  const names = Object.keys({ ...events, ...auditEvents }).join(', ');
  const rule = `one of ${names}, or a type as on the wire, e.g. token.issued.v1`;
  throw new DomainError('invalid', 'query-invalid', `type: ${rule}`, { fields: [{ field: 'type', rule }] });
}
