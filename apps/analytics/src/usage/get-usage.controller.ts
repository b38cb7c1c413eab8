import { UsageAnswer, UsageQuery } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { systemClock } from '@gatehouse/kernel';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { MissingRecords } from './missing-records.js';
import { UsageReader } from './usage-reader.js';
import { windowOf } from './usage-window.js';

/** The operator's tenant sees every tenant's rows. */
const OPERATOR = 'default';

@Controller('v1/usage')
export class GetUsageController {
  constructor(
    @Inject(UsageReader) private readonly usage: UsageReader,
    @Inject(MissingRecords) private readonly missing: MissingRecords,
  ) {}

  @Get()
  @Requires('usage:read')
  @Operation('Count calls, errors, latencies and what was paid', UsageAnswer)
  async get(
    @Query({ schema: UsageQuery }) query: UsageQuery,
    @Caller() caller: Principal,
  ): Promise<UsageAnswer> {
    const window = windowOf(query, systemClock.now().getTime());
    const { from: _from, to: _to, interval, groupBy = [], ...filters } = query;
    const onlyTenant = caller.tenant === OPERATOR ? undefined : caller.tenant;
    const { rows, totals } = await this.usage.read({ window, groupBy, filters, onlyTenant });
    return {
      from: new Date(window.from).toISOString(),
      to: new Date(window.to).toISOString(),
      interval,
      groupBy: [...groupBy],
      rows,
      totals,
      missing: await this.missing.within(window),
    };
  }
}
