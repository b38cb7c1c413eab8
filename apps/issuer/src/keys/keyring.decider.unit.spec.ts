import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { keyringDecider } from './keyring.decider.js';
import type { KeyringEvent } from './keyring.events.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const algorithm = 'ES256';
const id = (letter: string) => letter.repeat(43);
const pair = (letter: string) => ({ keyId: id(letter), publicJwk: { kty: 'EC' } });

const published = (letter: string, at = now): KeyringEvent => ({
  type: 'signing-key.published.v1',
  data: { keyId: id(letter), algorithm, publicJwk: { kty: 'EC' }, activateAt: at.toISOString() },
});
const activated = (
  letter: string,
  replaces: { letter: string; until: Date } | null = null,
): KeyringEvent => ({
  type: 'signing-key.activated.v1',
  data: {
    keyId: id(letter),
    algorithm,
    replaces: replaces && { keyId: id(replaces.letter), retireAt: replaces.until.toISOString() },
  },
});
const retired = (letter: string): KeyringEvent => ({
  type: 'signing-key.retired.v1',
  data: { keyId: id(letter), algorithm },
});
const compromised = (letter: string): KeyringEvent => ({
  type: 'signing-key.compromised.v1',
  data: { keyId: id(letter), algorithm, reason: 'leaked' },
});
const rotate = { kind: 'rotate', algorithm, key: pair('b'), now, leadSeconds: 60 } as const;
const advanceAt = (at: Date) => ({ kind: 'advance', algorithm, now: at, retiringSeconds: 600 }) as const;
const compromise = {
  kind: 'compromise',
  algorithm,
  keyId: id('a'),
  reason: 'leaked',
  key: pair('c'),
  now,
} as const;

describe('a keyring', () => {
  const signing = [published('a'), activated('a')];

  it('starts with a key that signs at once, and only once', () => {
    const ensure = { kind: 'ensure', algorithm, key: pair('a'), now } as const;
    given(keyringDecider, []).when(ensure).then(signing);
    given(keyringDecider, signing)
      .when({ ...ensure, key: pair('b') })
      .then([]);
  });

  it('publishes a new key before it signs', () => {
    given(keyringDecider, signing)
      .when(rotate)
      .then([published('b', later(60))]);
    given(keyringDecider, [...signing, published('b', later(60))])
      .when(advanceAt(later(59)))
      .then([]);
  });

  it('keeps the old key until what it signed has expired', () => {
    const rotated = [...signing, published('b', later(60))];
    const takeover = activated('b', { letter: 'a', until: later(660) });
    given(keyringDecider, rotated)
      .when(advanceAt(later(60)))
      .then([takeover]);
    given(keyringDecider, [...rotated, takeover])
      .when(advanceAt(later(659)))
      .then([]);
    given(keyringDecider, [...rotated, takeover])
      .when(advanceAt(later(660)))
      .then([retired('a')]);
    given(keyringDecider, [...rotated, takeover, retired('a')])
      .when(advanceAt(later(9_999)))
      .then([]);
  });

  it('has one key waiting at most', () => {
    given(keyringDecider, [...signing, published('b', later(60))])
      .when(rotate)
      .thenThrows('key-not-usable');
  });

  it('replaces a compromised key at once: by the one published, else by a new one', () => {
    given(keyringDecider, signing)
      .when(compromise)
      .then([compromised('a'), published('c'), activated('c')]);
    given(keyringDecider, [...signing, published('b', later(60))])
      .when(compromise)
      .then([compromised('a'), activated('b')]);
  });

  it('lets a key go that signs no more, and does not know one that is gone', () => {
    const rotated = [...signing, published('b'), activated('b', { letter: 'a', until: later(600) })];
    given(keyringDecider, rotated)
      .when(compromise)
      .then([compromised('a')]);
    given(keyringDecider, [...rotated, compromised('a')])
      .when(compromise)
      .thenThrows('not-found');
  });
});
