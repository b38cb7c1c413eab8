import { HistoryPage, UserId } from '@gatehouse/contracts';
import { EventStore } from '@gatehouse/event-store';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { historyOf } from '../../stream-history.js';
import { userNotFound } from './user.errors.js';

/** Everything that happened to a person, from her stream: also after she was erased, with nothing that says who it was. */
@Controller('v1/users/:id/events')
export class UserHistoryController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Requires('users:read')
  @Operation('Read everything that happened to a user', HistoryPage)
  async read(@Caller() caller: Principal, @Param('id', { schema: UserId }) id: string): Promise<HistoryPage> {
    const events = await EventStore.load(this.dataSource.manager, caller.tenant, id);
    if (events.length === 0) throw userNotFound(id);
    return historyOf(events);
  }
}
