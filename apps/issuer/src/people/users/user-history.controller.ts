import { HistoryPage, UserId } from '@gatehouse/contracts';
import { EventStore, type StoredEvent } from '@gatehouse/event-store';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { userNotFound } from './user.errors.js';

/** Everything that happened to a person, from her stream: also after she was erased, with nothing that says who it was. */
@Controller('v1/users/:id/events')
export class UserHistoryController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Requires('users:read')
  @Operation('Read everything that happened to a user', HistoryPage)
  async read(@Caller() caller: Principal, @Param('id', { schema: UserId }) id: string) {
    const events = await EventStore.load(this.dataSource.manager, caller.tenant, id);
    if (events.length === 0) throw userNotFound(id);
    return { items: events.map(historyOf), nextCursor: null };
  }
}

const historyOf = (event: StoredEvent) => ({
  id: event.id,
  type: event.type,
  time: event.at.toISOString(),
  subject: event.streamId,
  version: event.version,
  position: event.position,
  tenant: event.tenant,
  actor: event.metadata.actor,
  data: event.data,
});
