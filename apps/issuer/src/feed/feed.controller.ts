import { FeedAnswer, FeedQuery, OPERATOR_TENANT } from '@gatehouse/contracts';
import { readFeed } from '@gatehouse/event-store';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { publishedJsonOf } from '../relay/published-event.js';

/** The catch-up feed: the event store itself, for whoever missed something on NATS. */
@Controller('v1/events')
export class FeedController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @Requires('events:read')
  @Operation('Read events in the order of the event store', FeedAnswer)
  async read(
    @Caller() caller: Principal,
    @Query({ schema: FeedQuery }) { after, limit }: FeedQuery,
  ): Promise<string> {
    // The feed spans tenants; its chain of `preceding` would break if it were filtered.
    if (caller.tenant !== OPERATOR_TENANT)
      throw new DomainError(
        'forbidden',
        'scope-insufficient',
        'The feed spans tenants and is for the operator alone.',
      );
    const { events, next, complete } = await readFeed(this.dataSource, after, limit);
    return `{"events":[${events.map(publishedJsonOf).join(',')}],"next":"${next}","complete":${complete}}`;
  }
}
