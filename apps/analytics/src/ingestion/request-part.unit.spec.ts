import { describe, expect, it } from '@jest/globals';
import { partsOf, recordsOf } from '../../test/request-events.js';
import { readPart } from './request-part.js';

const records = recordsOf({ count: 5, startAt: new Date('2026-01-01T00:00:00Z') }).map((record) => ({
  ...record,
  tenant: 'acme',
}));
const [event] = partsOf(records, { batch: 7, oldest: 3 });
const withData = (change: object) => ({ ...event, data: { ...event.data, ...change } });

describe('readPart', () => {
  it('reads every record of a good event', () => {
    expect(readPart(event)).toMatchObject({
      gateway: 'gw-1',
      batch: 7,
      oldest: 3,
      from: 1,
      to: 5,
      records,
      defect: undefined,
    });
  });

  it.each([
    ['not JSON', undefined],
    ['another event', { ...event, type: 'token.issued.v1' }],
    ['a batch without a number', withData({ batch: 'seven' })],
    ['a part beyond the last', withData({ part: 2 })],
    ['records the wrong way round', withData({ from: 6 })],
    ['a time no clock shows', { ...event, time: '0001-01-01T00:00:00Z' }],
  ])('cannot place %s', (_, json) => {
    const read = readPart(json);
    expect(read).not.toHaveProperty('batch');
    expect(read.defect).toEqual(expect.any(String));
  });

  it.each([
    ['breaks the contract', { status: -1 }],
    ['is outside its batch', { seq: 6 }],
    ['occurs twice', { seq: 1 }],
    ['has a time the tables cannot hold', { at: '9999-12-31T23:59:59Z' }],
  ])('leaves out a record that %s and says so', (_, change) => {
    const read = readPart(withData({ records: [...records.slice(0, 4), { ...records[4], ...change }] }));
    expect(read).toMatchObject({ batch: 7, records: records.slice(0, 4), defect: expect.any(String) });
  });
});
