import { HistoryPage, TokenId } from '@gatehouse/contracts';
import { EventStore } from '@gatehouse/event-store';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { historyOf } from '../../stream-history.js';
import { tokenNotFound } from '../token.errors.js';
import { WithinReach } from '../../teams/within-reach.guard.js';

/** Everything that happened to a token, from its stream. */
@Controller('v1/tokens/:id/events')
@WithinReach(tokenNotFound)
export class TokenHistoryController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Requires('tokens:read')
  @Operation('Read everything that happened to a token', HistoryPage)
  async read(
    @Caller() caller: Principal,
    @Param('id', { schema: TokenId }) id: string,
  ): Promise<HistoryPage> {
    const events = await EventStore.load(this.dataSource.manager, caller.tenant, id);
    if (events.length === 0) throw tokenNotFound(id);
    return historyOf(events);
  }
}
