import { type HistoryEvent, type HistoryPage, SecretData } from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';

/** What happened in a stream, as people may see it; oldest first. */
export const historyOf = (events: readonly StoredEvent[]): HistoryPage => ({
  items: events.map(shown),
  nextCursor: null,
});

const shown = (event: StoredEvent): HistoryEvent => ({
  id: event.id,
  type: event.type,
  time: event.at.toISOString(),
  subject: event.streamId,
  version: event.version,
  position: event.position,
  tenant: event.tenant,
  actor: event.metadata.actor,
  data: 'secret' in event.data ? withoutHash(event.data) : event.data,
});

/** The keyed hash is of no use to people; they know a secret by its last four characters. */
function withoutHash(data: Record<string, unknown>) {
  const { id, last4 } = SecretData.parse(data.secret);
  return { ...data, secret: { id, last4 } };
}
