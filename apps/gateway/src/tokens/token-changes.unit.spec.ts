import { seededRandom } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { applyTokenEvents } from './apply-token-events.js';
import { type TokenChange, TokenChanges } from './token-changes.js';

const MINUTE = 60_000;
const KINDS = ['changed', 'suspended', 'revoked'] as const;
const UUID = '019a0000000070009000000000000001';
/** Ids as the issuer makes them, names of other things, and what looks like an id and is none. */
const IDS = [
  Array.from({ length: 300 }, (_, n) => `tok_019a00000000700090${n.toString(16).padStart(14, '0')}`),
  ['acme', 'default', '', UUID, `_${UUID}`, `toks_${UUID}`, `tokens_${UUID}`, `idn_${UUID}`],
  ['019A', '019g', '019\u0131', 'ext_'].map((start) => `tok_${start}${UUID.slice(4)}`),
  [`tok-${UUID}`, `t\u0131k_${UUID}`, `\0ok_${UUID}`, `tok_${UUID.slice(0, -1)}G`, `tok_${UUID.slice(1)}`],
  'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
].flat();

/** As it would be with a Map. */
class PlainChanges {
  readonly changes = new Map<string, TokenChange>();
  forgotten: { position: string; atMs: number | null } = { position: '0.0', atMs: null };

  add(id: string, change: TokenChange): void {
    if (this.changes.get(id)?.kind === 'revoked') return;
    this.changes.delete(id);
    this.changes.set(id, change);
    if (this.changes.size <= 200) return;
    const [oldest, { position, atMs }] = [...this.changes][0];
    this.changes.delete(oldest);
    this.forgotten = { position, atMs };
  }
}

describe('TokenChanges', () => {
  it('takes a revocation for ever', () => {
    const changes = new TokenChanges();
    changes.add('a', { kind: 'revoked', position: '1.1', atMs: 0 });
    changes.add('a', { kind: 'changed', position: '2.2', atMs: 1 });
    expect(changes.kindOf('a')).toBe('revoked');
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
    expect(changes.kindOf('t2')).toBeUndefined();
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

  it('knows what a plain map would know, in the same order, whatever comes', () => {
    const random = seededRandom(7);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)];
    const changes = new TokenChanges(200);
    const plain = new PlainChanges();
    for (let n = 1; n <= 4_000; n++) {
      const change = {
        kind: random() < 0.01 ? 'revoked' : pick(KINDS),
        position: `${2n ** 63n}.${n}`,
        atMs: n,
      };
      const id = pick(IDS);
      for (const each of [changes, plain]) each.add(id, change);
      const asked = pick(IDS);
      expect(changes.kindOf(asked)).toBe(plain.changes.get(asked)?.kind);
      expect(changes.markOf(asked) === 0).toBe(!plain.changes.has(asked));
    }
    expect([...changes]).toEqual([...plain.changes]);
    expect(changes.forgottenUpTo).toEqual(plain.forgotten);
    const restored = new TokenChanges(200);
    restored.restore(changes, changes.forgottenUpTo);
    expect([...restored]).toEqual([...plain.changes]);
  });

  it('gives every change a mark of its own, also when it has begun anew', () => {
    const changes = new TokenChanges();
    const marks = new Set<number>();
    for (let n = 1; n <= 100; n++) {
      if (n % 10 === 0) changes.clear();
      changes.add(IDS[0], { kind: 'changed', position: '1.1', atMs: 0 });
      marks.add(changes.markOf(IDS[0]));
    }
    expect(marks.size).toBe(100);
  });

  it('shows all who were there from beginning to end to one who reads while others come and go', () => {
    const changes = new TokenChanges(100);
    for (let n = 0; n < 100; n++) changes.add(IDS[n], change(n % 2 ? 'revoked' : 'changed', n));
    const seen: string[] = [];
    for (const [id] of changes) {
      seen.push(id);
      if (seen.length > 40) continue;
      changes.add(IDS[2 * seen.length], change('changed', 100 + seen.length)); // moves one to the end, often the next
      if (seen.length % 10 === 0) changes.add(IDS[100 + seen.length], change('revoked', 100 + seen.length)); // takes the place of the oldest
    }
    expect(seen).toEqual(expect.arrayContaining([...changes].map(([id]) => id)));
  });

  it('refuses a position that is none, and is as it was', () => {
    const changes = new TokenChanges();
    for (const position of ['', '1', `${2n ** 64n}.1`])
      expect(() => changes.add('a', { kind: 'revoked', position, atMs: 0 })).toThrow(RangeError);
    expect([changes.size, changes.kindOf('a'), ...changes]).toEqual([0, undefined]);
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
    expect(['a', 'b', 'c'].map((id) => changes.kindOf(id))).toEqual(['revoked', 'suspended', 'changed']);
    expect(changes.size).toBe(3);
  });
});

const change = (kind: TokenChange['kind'], n: number) => ({ kind, position: `${n}.${n}`, atMs: n });

const event = (type: string, subject: string, position: string) => ({
  id: position,
  type,
  tenant: 'default',
  subject,
  position,
  preceding: '0.0',
  json: { time: '2026-01-01T00:00:00Z' },
});
