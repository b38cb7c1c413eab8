import { HistoryPage, SecretData, TokenId } from '@gatehouse/contracts';
import { EventStore, type StoredEvent } from '@gatehouse/event-store';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { tokenNotFound } from '../token.errors.js';

/** Everything that happened to a token, from its stream. */
@Controller('v1/tokens/:id/events')
export class TokenHistoryController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Requires('tokens:read')
  @Operation('Read everything that happened to a token', HistoryPage)
  async read(@Caller() caller: Principal, @Param('id', { schema: TokenId }) id: string) {
    const events = await EventStore.load(this.dataSource.manager, caller.tenant, id);
    if (events.length === 0) throw tokenNotFound(id);
    return { items: events.map(historyOf), nextCursor: null };
  }
}

function historyOf(event: StoredEvent) {
  return {
    id: event.id,
    type: event.type,
    time: event.at.toISOString(),
    subject: event.streamId,
    version: event.version,
    position: event.position,
    tenant: event.tenant,
    actor: event.metadata.actor,
    data: 'secret' in event.data ? withoutHash(event.data) : event.data,
  };
}

/** The keyed hash is of no use to people; they know a secret by its last four characters. */
function withoutHash(data: Record<string, unknown>) {
  const { id, last4 } = SecretData.parse(data.secret);
  return { ...data, secret: { id, last4 } };
}
