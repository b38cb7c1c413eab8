import {
  SigningKeyActivated,
  SigningKeyCompromised,
  SigningKeyPublished,
  SigningKeyRetired,
  type SigningAlgorithm,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import type {
  AdvanceKeys,
  CompromiseKey,
  EnsureKey,
  KeyringCommand,
  NewKey,
  RotateKey,
} from './keyring.commands.js';
import { keyNotFound, keyNotUsable } from './keyring.errors.js';
import type { KeyringEvent } from './keyring.events.js';

/** Where a key is in its life; what is over is forgotten. */
type Key =
  | { readonly status: 'pending'; readonly keyId: string; readonly activateAt: string }
  | { readonly status: 'active'; readonly keyId: string }
  | { readonly status: 'retiring'; readonly keyId: string; readonly retireAt: string };

/** The keys of one algorithm: at most one signs, and at most one waits to. */
export interface Keyring {
  readonly keys: readonly Key[];
}

/** The rules: a key is published before it signs, and verifies until everything it signed has expired. */
export const keyringDecider: Decider<KeyringCommand, KeyringEvent, Keyring> = {
  initial: { keys: [] },
  decide(command, keyring) {
    switch (command.kind) {
      case 'ensure':
        return ensure(command, keyring);
      case 'rotate':
        return rotate(command, keyring);
      case 'advance':
        return advance(command, keyring);
      case 'compromise':
        return compromise(command, keyring);
    }
  },
  evolve({ keys }, event) {
    const { keyId } = event.data;
    switch (event.type) {
      case 'signing-key.published.v1':
        return { keys: [...keys, { status: 'pending', keyId, activateAt: event.data.activateAt }] };
      case 'signing-key.activated.v1': {
        const { replaces } = event.data;
        return { keys: keys.map((key) => (key.keyId === keyId ? active(keyId) : retiring(key, replaces))) };
      }
      case 'signing-key.retired.v1':
      case 'signing-key.compromised.v1':
        return { keys: keys.filter((key) => key.keyId !== keyId) };
    }
  },
};

/** Nothing was signed before the first key, so nobody can have missed its publication. */
function ensure({ algorithm, key, now }: EnsureKey, { keys }: Keyring): KeyringEvent[] {
  if (keys.length > 0) return [];
  return [published(algorithm, key, now), activated(algorithm, key.keyId, null)];
}

function rotate({ algorithm, key, now, leadSeconds }: RotateKey, { keys }: Keyring): KeyringEvent[] {
  const waiting = keys.find(({ status }) => status === 'pending');
  if (waiting?.status === 'pending')
    throw keyNotUsable(`Key ${waiting.keyId} is published already and signs from ${waiting.activateAt}.`);
  return [published(algorithm, key, new Date(now.getTime() + leadSeconds * 1000))];
}

function advance({ algorithm, now, retiringSeconds }: AdvanceKeys, { keys }: Keyring): KeyringEvent[] {
  const events: KeyringEvent[] = [];
  const due = keys.find((key) => key.status === 'pending' && Date.parse(key.activateAt) <= now.getTime());
  const current = keys.find(({ status }) => status === 'active');
  if (due) {
    const retireAt = new Date(now.getTime() + retiringSeconds * 1000).toISOString();
    events.push(activated(algorithm, due.keyId, current ? { keyId: current.keyId, retireAt } : null));
  }
  for (const key of keys)
    if (key.status === 'retiring' && Date.parse(key.retireAt) <= now.getTime())
      events.push({ type: SigningKeyRetired.type, data: { keyId: key.keyId, algorithm } });
  return events;
}

/** A published key takes over; a new one that nobody has seen only when there is none. */
function compromise(
  { algorithm, keyId, reason, key, now }: CompromiseKey,
  { keys }: Keyring,
): KeyringEvent[] {
  const lost = keys.find((one) => one.keyId === keyId);
  if (!lost) throw keyNotFound(keyId);
  const told: KeyringEvent = { type: SigningKeyCompromised.type, data: { keyId, algorithm, reason } };
  if (lost.status !== 'active') return [told];
  const waiting = keys.find(({ status }) => status === 'pending');
  return waiting
    ? [told, activated(algorithm, waiting.keyId, null)]
    : [told, published(algorithm, key, now), activated(algorithm, key.keyId, null)];
}

const published = (
  algorithm: SigningAlgorithm,
  { keyId, publicJwk, externalName }: NewKey,
  activateAt: Date,
): KeyringEvent => ({
  type: SigningKeyPublished.type,
  data: {
    keyId,
    algorithm,
    publicJwk,
    activateAt: activateAt.toISOString(),
    ...(externalName === undefined ? {} : { externalName }),
  },
});

const activated = (
  algorithm: SigningAlgorithm,
  keyId: string,
  replaces: { keyId: string; retireAt: string } | null,
): KeyringEvent => ({ type: SigningKeyActivated.type, data: { keyId, algorithm, replaces } });

const active = (keyId: string): Key => ({ status: 'active', keyId });

const retiring = (key: Key, replaced: { keyId: string; retireAt: string } | null): Key =>
  key.keyId === replaced?.keyId ? { status: 'retiring', keyId: key.keyId, retireAt: replaced.retireAt } : key;
