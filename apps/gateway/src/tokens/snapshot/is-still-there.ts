import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuerApi } from '@gatehouse/client';
import type { FeedPlace } from './snapshot-file.js';

const ASK_AGAIN_MS = 500;

/**
 * Whether the issuer's store holds the very event that a snapshot ended with; a store that was rolled back or begun
 * anew has another there. Asks until there is an answer.
 */
export async function isStillThere(
  place: FeedPlace,
  issuer: Pick<IssuerApi, 'feed'>,
  stopped: () => boolean,
): Promise<boolean> {
  while (!stopped()) {
    const answer = await issuer.feed(place.preceding, 1).catch(() => undefined);
    const event = answer?.events[0];
    if (answer) return event?.['id'] === place.id && event['position'] === place.position;
    await sleep(ASK_AGAIN_MS);
  }
  return false;
}
