import { type GatehouseEvent, parseEvent } from '@gatehouse/contracts';
import type { FeedPage } from '@gatehouse/event-store';

/** A stored event as it travels: the same bytes' worth on NATS, in the feed and in a token's history. */
export function publishedEventOf(stored: FeedPage['events'][number]): GatehouseEvent {
  const { actor, traceparent } = stored.metadata;
  return parseEvent({
    specversion: '1.0',
    id: stored.id,
    source: 'issuer',
    type: stored.type,
    subject: stored.streamId,
    time: stored.at.toISOString(),
    datacontenttype: 'application/json',
    tenant: stored.tenant,
    actor,
    ...(traceparent ? { traceparent } : {}),
    position: stored.position,
    preceding: stored.preceding,
    data: stored.data,
  });
}
