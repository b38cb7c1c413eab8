import { createHash } from 'node:crypto';
import { seededRandom } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { RecentMap } from '../../recent-map.js';
import { MAX_NOTE_BYTES } from './note-generation.js';
import { TokenNotes } from './token-notes.js';

const MEBIBYTE = 2 ** 20;

const digestOf = (name: string | number): Buffer => createHash('sha256').update(`${name}`).digest();

describe('TokenNotes', () => {
  it('knows what a RecentMap would know, in whatever order is noted and asked', () => {
    const random = seededRandom(3);
    const notes = new TokenNotes({ notes: 50, bytes: MEBIBYTE });
    const map = new RecentMap<number, string>(50);
    for (let step = 0; step < 5_000; step++) {
      const name = Math.floor(random() * 200);
      expect(notes.get(digestOf(name))).toBe(map.get(name));
      if (random() < 0.4 && map.get(name) === undefined) {
        notes.set(digestOf(name), `note ${step} of ${name} ☂`);
        map.set(name, `note ${step} of ${name} ☂`);
      }
    }
  });

  it('has the latest note alone', () => {
    const notes = new TokenNotes({ notes: 3, bytes: MEBIBYTE });
    for (const text of ['one', 'two', 'three', 'four', 'five']) notes.set(digestOf('a'), text);
    expect(notes.get(digestOf('a'))).toBe('five');
    notes.set(digestOf('b'), 'another');
    notes.delete(digestOf('a'));
    expect([notes.get(digestOf('a')), notes.get(digestOf('b'))]).toEqual([undefined, 'another']);
  });

  it('is bounded in bytes, and keeps what came last', () => {
    const notes = new TokenNotes({ notes: 100_000, bytes: MEBIBYTE });
    const text = 'x'.repeat(MAX_NOTE_BYTES);
    for (let n = 0; n < 1_000; n++) notes.set(digestOf(n), text);
    const kept = Array.from({ length: 1_000 }, (_, n) => notes.get(digestOf(n))).filter(Boolean);
    expect(kept.length * text.length).toBeLessThanOrEqual(2 * MEBIBYTE);
    expect(notes.get(digestOf(999))).toBe(text);
  });

  it('takes no note that is too long, and has none then', () => {
    const notes = new TokenNotes();
    notes.set(digestOf('a'), 'short');
    notes.set(digestOf('a'), 'x'.repeat(MAX_NOTE_BYTES + 1));
    expect(notes.get(digestOf('a'))).toBeUndefined();
  });
});
