import { type FeedAnswer, parseEnvelope } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';
import type { FeedPage } from './feed-follower.js';

/** One event of the issuer's store, in order. */
export interface FeedEvent {
  id: string;
  /** Wire type; may be one this build does not know. */
  type: string;
  tenant: string;
  subject: string;
  position: Position;
  preceding: Position;
  /** The whole event as published. */
  json: Readonly<Record<string, unknown>>;
}

/** @throws MalformedEvent naming the field that is wrong. */
export function feedEventOf(json: unknown): FeedEvent {
  const { id, type, tenant, subject, position, preceding } = parseEnvelope(json);
  return { id, type, tenant, subject, position, preceding, json: json as Record<string, unknown> };
}

/** A page of the feed as the issuer answered it. @throws MalformedEvent naming the field that is wrong. */
export const feedPageOf = ({ events, complete }: FeedAnswer): FeedPage<FeedEvent> => ({
  events: events.map(feedEventOf),
  complete,
});
