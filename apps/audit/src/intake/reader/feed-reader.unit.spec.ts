import { describe, expect, it } from '@jest/globals';
import { eventOf } from '../../../test/events.js';
import { readEvent } from '../issuer-event.js';
import { ThreadedReader } from './feed-reader.js';
import { packed, unpacked } from './packed-page.js';

const DATA = { url: 'http://issuer.test', token: 'gh_test' };
const program = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

describe('a page of leaves', () => {
  it('is the same when it has changed threads, what can never be logged in its place', () => {
    const json = [1, 2, 3].map((n) => eventOf(n, '0.0'));
    const events = [json[0], { ...json[0], subject: undefined }, json[1], { id: 'bare' }, json[2]].map(
      (event) => readEvent({ ...event }),
    );
    const there = unpacked(structuredClone(packed({ events, next: '5.5', complete: false })));
    expect(there).toMatchObject({ next: '5.5', complete: false });
    expect(there.events.map(essenceOf)).toEqual(events.map(essenceOf));
  });
});

/** What the writer uses of it. */
function essenceOf(reading: ReturnType<typeof unpacked>['events'][number]) {
  if ('poison' in reading) return { poison: reading.poison.message, decision: reading.poison.decisionId };
  const { position, leaf } = reading.event;
  const { channel, eventId, leafHash, row } = leaf;
  return { position, channel, eventId, leafHash: [...leafHash], row: [...row] };
}

describe('the thread that reads the feed', () => {
  it('is begun anew when it has ended, and whoever waited is told', async () => {
    const reader = new ThreadedReader(DATA, program(`throw new Error('out of order')`));
    await expect(reader.page('0.0', 10)).rejects.toThrow(/has ended: out of order/);
    await expect(reader.page('0.0', 10)).rejects.toThrow(/has ended: out of order/);
    await reader.close();
  });

  it('says why a page cannot be had', async () => {
    const failing = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id, after }) => parentPort.postMessage({ id, failure: 'nothing after ' + after }));`;
    const reader = new ThreadedReader(DATA, program(failing));
    await expect(Promise.all([reader.page('1.1', 10), reader.page('2.2', 10)])).rejects.toThrow(
      'nothing after 1.1',
    );
    await reader.close();
  });
});
