import { describe, expect, it } from '@jest/globals';
import { applyTokenEvents } from './apply-token-events.js';
import { TokenChanges } from './token-changes.js';

const MINUTE = 60_000;

describe('TokenChanges', () => {
  it('takes a revocation for ever', () => {
    const changes = new TokenChanges();
    changes.add('a', { kind: 'revoked', position: '1.1', atMs: 0 });
    changes.add('a', { kind: 'changed', position: '2.2', atMs: 1 });
    expect(changes.of('a')?.kind).toBe('revoked');
  });

  it('believes an answer only when it is not older than the change', () => {
    const changes = new TokenChanges();
    changes.add('a', { kind: 'changed', position: '10.5', atMs: 0 });
    expect(changes.isCurrent('a', '9.99')).toBe(false);
    expect(changes.isCurrent('a', '10.5')).toBe(true);
    expect(changes.isCurrent('b', '0.0')).toBe(true);
  });

  it('is bounded, and no longer believes what the forgotten could have voided', () => {
    const changes = new TokenChanges(3);
    for (let i = 1; i <= 5; i++)
      changes.add(`t${i}`, { kind: 'revoked', position: `${i}.${i}`, atMs: i * MINUTE });
    expect(changes.size).toBe(3);
    expect(changes.of('t2')).toBeUndefined();
    expect(changes.isCurrent('t2', '1.9')).toBe(false); // could be older than the revocation of t2
    expect(changes.isCurrent('t2', '2.2')).toBe(true);
    expect(changes.coversTime(2 * MINUTE)).toBe(false);
    expect(changes.coversTime(60 * MINUTE)).toBe(true);
  });

  it('believes no older answers for having forgotten a revocation that came ahead of others first', () => {
    const changes = new TokenChanges(1);
    changes.add('ahead', { kind: 'revoked', position: '9.9', atMs: 0 });
    changes.add('b', { kind: 'changed', position: '5.5', atMs: 0 });
    changes.add('c', { kind: 'changed', position: '6.6', atMs: 0 });
    expect(changes.isCurrent('ahead', '8.8')).toBe(false);
  });
});

describe('applyTokenEvents', () => {
  it('tells what voids a token from what does not', () => {
    const changes = new TokenChanges();
    expect(
      applyTokenEvents(changes, [
        event('token.issued.v1', 'a', '1.1'),
        event('key.published.v1', 'k', '1.2'),
      ]),
    ).toBe(false);
    expect(applyTokenEvents(changes, [event('token.revoked.v2', 'a', '1.3')])).toBe(true);
    applyTokenEvents(changes, [
      event('token.suspended.v1', 'b', '1.4'),
      event('token.unheard-of.v7', 'c', '1.5'),
    ]);
    expect(['a', 'b', 'c'].map((id) => changes.of(id)?.kind)).toEqual(['revoked', 'suspended', 'changed']);
    expect(changes.size).toBe(3);
  });
});

const event = (type: string, subject: string, position: string) => ({
  id: position,
  type,
  tenant: 'default',
  subject,
  position,
  preceding: '0.0',
  json: { time: '2026-01-01T00:00:00Z' },
});
