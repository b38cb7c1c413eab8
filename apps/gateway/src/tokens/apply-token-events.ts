import { events } from '@gatehouse/contracts';
import type { FeedEvent } from '@gatehouse/messaging';
import type { TokenChange, TokenChanges } from './token-changes.js';

/** Whether an event says that the issuer's JWK Set is another now. */
export const isKeyEvent = ({ type }: FeedEvent): boolean => type.startsWith('signing-key.');

/**
 * Applies the issuer's events to what the gateway knows. Needs only an event's type, stream and position, so that an
 * event with a field this build does not understand still revokes.
 * @returns whether any token's state was changed for those who already know it.
 */
export function applyTokenEvents(changes: TokenChanges, batch: readonly FeedEvent[]): boolean {
  let changed = false;
  for (const event of batch) {
    const kind = kindOf(event.type);
    const id = isKeyEnd(event.type) ? keyOf(event) : event.subject;
    if (!kind || id === undefined) continue;
    changes.add(id, { kind, position: event.position, atMs: timeOf(event) });
    changed = true;
  }
  return changed;
}

/**
 * A tenant's stream has its name, which is no token's id, and an identity's has an id of its own kind: one table holds the
 * changes of all. A type of token event this build has never heard of voids what is known of the token.
 */
function kindOf(type: string): TokenChange['kind'] | undefined {
  if (isKeyEnd(type)) return 'revoked';
  if (/^tenant\.suspended\.v\d+$/.test(type)) return 'suspended';
  if (/^tenant\.resumed\.v\d+$/.test(type)) return 'changed';
  if (/^identity\.(updated|deleted)\.v\d+$/.test(type)) return 'changed';
  if (!type.startsWith('token.') || type === events.TokenIssued.type) return undefined;
  if (/^token\.revoked\.v\d+$/.test(type)) return 'revoked';
  return /^token\.suspended\.v\d+$/.test(type) ? 'suspended' : 'changed';
}

/** Nothing that a compromised key ever signed is to be believed; what a retired one signed has expired. */
const isKeyEnd = (type: string): boolean => /^signing-key\.(compromised|retired)\.v\d+$/.test(type);

function keyOf({ json }: FeedEvent): string | undefined {
  const data = json['data'];
  const keyId = typeof data === 'object' && data !== null && 'keyId' in data ? data.keyId : undefined;
  return typeof keyId === 'string' ? keyId : undefined;
}

function timeOf({ json }: FeedEvent): number {
  const time = Date.parse(String(json['time']));
  return Number.isNaN(time) ? Date.now() : time;
}
