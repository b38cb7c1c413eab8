import { describe, expect, it } from '@jest/globals';
import { partsOf, recordsOf } from '../../test/request-events.js';
import { EarlyParts } from './early-parts.js';
import { readPart, type RequestPart } from './request-part.js';

const parts = (batch: number, count = 9): RequestPart[] =>
  partsOf(recordsOf({ count }), { batch })
    .map((event) => readPart(event))
    .filter((part) => 'batch' in part);

/** Of a batch that leaves no room for another of its kind. */
const largeParts = (batch: number): RequestPart[] => parts(batch, 30_000);

const namesOf = (some: readonly RequestPart[]): string[] => some.map(({ batch, part }) => `${batch}/${part}`);

describe('EarlyParts', () => {
  it('gives back every part of the batch whose turn it is, once', () => {
    const early = new EarlyParts();
    for (const part of [...parts(3), ...parts(2), ...parts(2)]) early.keep(part, 0);
    expect(early.take('gw-1', 0, 0)).toEqual([]);
    expect(namesOf(early.take('gw-1', 1, 0))).toEqual(['2/1', '2/2', '2/3']);
    expect(early.take('gw-1', 1, 0)).toEqual([]);
    expect(namesOf(early.take('gw-1', 2, 0))).toEqual(['3/1', '3/2', '3/3']);
  });

  it('forgets what came by another way', () => {
    const early = new EarlyParts();
    for (const part of parts(2)) early.keep(part, 0);
    expect(early.take('gw-1', 2, 0)).toEqual([]);
    expect(early.take('gw-1', 1, 0)).toEqual([]);
  });

  it('says how long a gateway has been waiting since it last got on', () => {
    const early = new EarlyParts();
    const [second] = parts(2);
    const [ninth] = parts(9);
    expect(early.keep(ninth, 1_000)).toBe(0);
    expect(early.keep(second, 5_000)).toBe(4_000);
    early.take('gw-1', 1, 6_000);
    expect(early.keep(ninth, 7_000)).toBe(1_000);
    early.take('gw-1', 8, 7_000);
    expect(early.keep(ninth, 60_000)).toBe(0);
  });

  it('keeps no more than fits, and has room again afterwards', () => {
    const early = new EarlyParts();
    for (const part of [...largeParts(2), ...largeParts(3)]) early.keep(part, 0);
    expect(namesOf(early.take('gw-1', 1, 0))).toEqual(['2/1', '2/2', '2/3']);
    expect(early.take('gw-1', 2, 0).length).toBeLessThan(3);
    for (const part of largeParts(4)) early.keep(part, 0);
    expect(namesOf(early.take('gw-1', 3, 0))).toEqual(['4/1', '4/2', '4/3']);
  });

  it('keeps no part with a defect: that one is delivered again, to be buried whole', () => {
    const early = new EarlyParts();
    for (const part of parts(2)) early.keep({ ...part, defect: 'a record breaks the contract' }, 0);
    expect(early.take('gw-1', 1, 0)).toEqual([]);
  });
});
