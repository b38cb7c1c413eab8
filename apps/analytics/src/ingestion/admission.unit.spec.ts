import { describe, expect, it } from '@jest/globals';
import { Admission } from './admission.js';
import type { RequestPart } from './request-part.js';

/** Batches of ten records: batch 1 is 1 to 10. */
const part = (batch: number, change: Partial<RequestPart> = {}): RequestPart => ({
  gateway: 'gw',
  batch,
  part: 1,
  parts: 1,
  from: batch * 10 - 9,
  to: batch * 10,
  oldest: 1,
  time: '2026-01-01T00:00:00.000Z',
  records: [],
  defect: undefined,
  ...change,
});

const ACCEPTED = { kind: 'accept', gap: 0 };

describe('Admission', () => {
  it('takes a gateway’s batches in order', () => {
    const admission = new Admission();
    expect(admission.admit(part(2))).toEqual({ kind: 'early' });
    expect(admission.admit(part(1))).toEqual(ACCEPTED);
    expect(admission.admit(part(2))).toEqual(ACCEPTED);
    expect(admission.watermarkOf('gw')).toBe(2);
  });

  it('knows a batch it holds', () => {
    const admission = new Admission();
    admission.admit(part(1));
    expect(admission.admit(part(1))).toEqual({ kind: 'duplicate' });
  });

  it('moves the watermark with the last part, whichever that is', () => {
    const admission = new Admission();
    for (const n of [3, 1]) expect(admission.admit(part(1, { part: n, parts: 3 }))).toEqual(ACCEPTED);
    expect(admission.admit(part(1, { part: 3, parts: 3 }))).toEqual({ kind: 'duplicate' });
    expect(admission.admit(part(2))).toEqual({ kind: 'early' });
    expect(admission.watermarkOf('gw')).toBe(0);
    expect(admission.admit(part(1, { part: 2, parts: 3 }))).toEqual(ACCEPTED);
    expect(admission.watermarkOf('gw')).toBe(1);
  });

  it('refuses a part that contradicts another of its batch', () => {
    const admission = new Admission();
    admission.admit(part(1, { part: 1, parts: 2 }));
    expect(admission.admit(part(1, { part: 2, parts: 3 }))).toEqual({ kind: 'contradiction' });
    expect(admission.admit(part(1, { part: 2, parts: 2, to: 11 }))).toEqual({ kind: 'contradiction' });
    expect(admission.admit(part(1, { part: 2, parts: 2 }))).toEqual(ACCEPTED);
  });

  it('passes over batches the gateway no longer holds, and counts their records as lost', () => {
    const admission = new Admission();
    admission.admit(part(1));
    expect(admission.admit(part(5, { oldest: 4 }))).toEqual({ kind: 'early' });
    expect(admission.admit(part(4, { oldest: 4 }))).toEqual({ kind: 'accept', gap: 20 });
    expect(admission.admit(part(3, { oldest: 1 }))).toEqual({ kind: 'duplicate' });
    expect(admission.admit(part(5, { oldest: 4 }))).toEqual(ACCEPTED);
  });

  it('passes over a batch of which a part was lost', () => {
    const admission = new Admission();
    admission.admit(part(1, { part: 1, parts: 2 }));
    expect(admission.admit(part(2, { oldest: 2 }))).toEqual(ACCEPTED);
    expect(admission.admit(part(1, { part: 2, parts: 2 }))).toEqual({ kind: 'duplicate' });
    expect(admission.watermarkOf('gw')).toBe(2);
  });

  it('counts records that were lost before the first batch it ever sees', () => {
    expect(new Admission().admit(part(8, { oldest: 8 }))).toEqual({ kind: 'accept', gap: 70 });
  });

  it('keeps gateways apart', () => {
    const admission = new Admission();
    admission.admit(part(1));
    expect(admission.admit(part(2, { gateway: 'other' }))).toEqual({ kind: 'early' });
    expect([...admission.watermarks()]).toEqual([['gw', 1]]);
  });

  it('goes on from what is held', () => {
    const open = { batch: 5, parts: 2, from: 41, to: 50, held: new Set([2]) };
    const admission = new Admission(new Map([['gw', { watermark: 4, lastSeq: 50, open }]]));
    expect(admission.admit(part(5, { part: 2, parts: 2 }))).toEqual({ kind: 'duplicate' });
    expect(admission.admit(part(5, { part: 1, parts: 2 }))).toEqual(ACCEPTED);
    expect(admission.admit(part(6))).toEqual(ACCEPTED);
  });
});
