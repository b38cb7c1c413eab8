import { describe, expect, it } from '@jest/globals';
import { OutlierSpec } from './health-spec.js';
import { OutlierEjection } from './outlier-ejection.js';
import type { Outcome } from './outcome.js';

const ejectionWith = (spec: Partial<OutlierSpec>, mayEject = true) =>
  new OutlierEjection(OutlierSpec.parse(spec), () => mayEject);
const note = (ejection: OutlierEjection, outcomes: Outcome[], at = 0) => {
  for (const outcome of outcomes) ejection.note(outcome, at);
};

describe('outlier ejection', () => {
  it('counts failures in a row, which any answer ends', () => {
    const ejection = ejectionWith({ consecutiveFailures: 3 });
    note(ejection, ['failed', 'failed', 'ok', 'failed', 'failed']);
    expect(ejection.isEjected(0)).toBe(false);
    note(ejection, ['unknown', 'failed']);
    expect(ejection.isEjected(0)).toBe(true);
  });

  it('counts the share of 5xx, of enough requests', () => {
    const ejection = ejectionWith({ errorPercent: 50, minimumRequests: 6 });
    note(ejection, ['error', 'ok', 'error', 'ok', 'error']);
    expect(ejection.isEjected(0)).toBe(false);
    note(ejection, ['ok']);
    expect(ejection.isEjected(0)).toBe(true);
  });

  it('takes out for twice as long each time, up to a bound, and begins anew after a good while', () => {
    const ejection = ejectionWith({ consecutiveFailures: 1, ejectMs: 100, maxEjectMs: 300 });
    const lengthAt = (at: number) => {
      ejection.note('failed', at);
      return [100, 200, 300].find((length) => !ejection.isEjected(at + length));
    };
    expect([lengthAt(0), lengthAt(100), lengthAt(300), lengthAt(600)]).toEqual([100, 200, 300, 300]);
    ejection.note('ok', 1_300); // out until 900; well for longer than it was out
    expect(lengthAt(1_300)).toBe(100);
    expect(ejection.ejections).toBe(5);
  });

  it('leaves a target in that the group cannot do without', () => {
    const ejection = ejectionWith({ consecutiveFailures: 1 }, false);
    note(ejection, ['failed', 'failed', 'failed']);
    expect(ejection.isEjected(0)).toBe(false);
  });
});
