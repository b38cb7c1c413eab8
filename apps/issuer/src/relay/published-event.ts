import type { FeedEvent } from '@gatehouse/event-store';

/**
 * A stored event as it travels, on NATS and in the feed: CloudEvents 1.0 in JSON. The data goes out in the words of the
 * database: deciders store nothing that an event's schema does not have, which a spec holds them to.
 */
export function publishedJsonOf(stored: FeedEvent): string {
  const { id, type, tenant, at, position, preceding } = stored;
  const traceparent =
    stored.traceparent === null ? '' : `,"traceparent":${JSON.stringify(stored.traceparent)}`;
  const who = `"tenant":"${tenant}","actor":${JSON.stringify(stored.actor)}${traceparent}`;
  const what = `"type":"${type}","subject":${JSON.stringify(stored.streamId)},"time":"${at}"`;
  return `{"specversion":"1.0","id":"${id}","source":"issuer",${what},"datacontenttype":"application/json",${who},"position":"${position}","preceding":"${preceding}","data":${stored.data}}`;
}
