import { OPERATOR_TENANT, StreamAnswer, StreamQuery } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { redacted, seesPersonal } from '../../redaction/redact.js';
import { valueOf } from '../entry-format.js';
import { OutgoingEntries } from '../outgoing-entries.js';
import { Arrivals } from './arrivals.js';

/** The log for whoever pulls: from an index on, without a gap, waiting for news if asked to. */
@Controller('v1/stream')
export class StreamController {
  constructor(
    @Inject(OutgoingEntries) private readonly entries: OutgoingEntries,
    @Inject(Arrivals) private readonly arrivals: Arrivals,
  ) {}

  @Get()
  @Requires('audit:read')
  @Operation('Read the entries after an index, waiting for news', StreamAnswer)
  @Header('cache-control', 'no-store')
  async stream(
    @Caller() caller: Principal,
    @Query({ schema: StreamQuery }) { after, limit, wait }: StreamQuery,
  ): Promise<StreamAnswer> {
    const wanted = caller.tenant === OPERATOR_TENANT ? {} : { tenants: [caller.tenant] };
    const deadline = performance.now() + wait * 1000;
    let from = after === undefined ? 0 : after + 1;
    for (;;) {
      const page = await this.entries.page(from, wanted, limit);
      if (from > page.size) throw beyondLog(from - 1, page.size);
      const leftMs = deadline - performance.now();
      const more = page.next < page.size;
      if (page.entries.length > 0 || more || leftMs <= 0) {
        const entries = page.entries.map((entry) => valueOf(entry, 'entry', '')) as StreamAnswer['entries'];
        const shown = seesPersonal(caller) ? entries : entries.map(redacted);
        return { entries: shown, last: lastOf(page.next), more };
      }
      from = page.next;
      await this.arrivals.beyond(page.size, leftMs);
    }
  }
}

/** Who has more than there is was told of another log, or of one that was cut since. */
function beyondLog(after: number, size: number): DomainError {
  const rule = `${after} is not in the log, of which the latest checkpoint covers ${size} leaves`;
  return new DomainError('invalid', 'query-invalid', `after: ${rule}`, {
    fields: [{ field: 'after', rule }],
  });
}

/** What was looked at and is not the caller's counts as had. */
const lastOf = (next: number): number | null => (next === 0 ? null : next - 1);
