import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MalformedEvent } from '@gatehouse/contracts';
import { requestBatch } from '../../test/events.js';
import { canonical } from '../../test/rfc-verifier.js';
import { requestSummary } from './request-summary.js';

describe('a summary of request records', () => {
  it('keeps the envelope and the numbers, and proves the records by their digest', () => {
    const batch = requestBatch(4);
    const { records, ...rest } = batch.data;
    const sha256 = createHash('sha256').update(canonical(records)).digest('base64');
    expect(requestSummary(batch)).toEqual({ ...batch, data: { ...rest, records: { count: 2, sha256 } } });
  });

  it.each([[undefined], [null], ['text'], [{}], [{ data: {} }], [{ data: { records: { count: 2 } } }]])(
    'is not made of %j',
    (json) => {
      expect(() => requestSummary(json)).toThrow(MalformedEvent);
    },
  );

  it('is not made of records without a canonical form', () => {
    expect(() => requestSummary({ data: { records: ['\ud800'] } })).toThrow(MalformedEvent);
  });
});
