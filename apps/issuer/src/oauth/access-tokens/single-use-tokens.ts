import type { ConsumeAnswer, ConsumeBody } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { type AccessToken, accessTokenDecider, accessTokenEventOf } from './access-token.decider.js';
import { projectEnds } from './access-token.projection.js';

/** Access tokens that are good for one request. The stream's version decides between requests that come at once. */
@Injectable()
export class SingleUseTokens {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {}

  /** @returns after the commit: no request goes on whose use may yet be lost. */
  async consume({ tokenId, tenant, useId }: ConsumeBody, metadata: EventMetadata): Promise<ConsumeAnswer> {
    const handler = new CommandHandler(this.dataSource, accessTokenDecider, accessTokenEventOf, projectEnds);
    const command = { kind: 'consume', tokenId, useId, now: new Date() } as const;
    const { state, added } = await handler.handle({ id: tokenId, tenant }, command, metadata);
    if (added.length > 0) this.outgoing.wake();
    return { outcome: outcomeOf(state, useId) };
  }
}

function outcomeOf(token: AccessToken, useId: string): ConsumeAnswer['outcome'] {
  if (token.status !== 'consumed') return 'ended';
  return token.useId === useId ? 'consumed' : 'consumed-before';
}
