import { describe, expect, it } from '@jest/globals';
import type { AccessLogEntry } from '../access-log/access-log-entry.js';
import { paced, type Speed } from './paced.js';

const entryAt = (atMs: number | undefined): AccessLogEntry => ({
  client: 'a',
  atMs,
  method: 'GET',
  target: '/',
  status: 200,
  bytes: 0,
  referrer: '',
  userAgent: '',
});

async function* log(...times: (number | undefined)[]) {
  for (const atMs of times) yield entryAt(atMs);
}

async function elapsedMs(
  entries: AsyncIterable<AccessLogEntry>,
  speed: Speed,
  signal = new AbortController().signal,
) {
  const start = performance.now();
  let count = 0;
  for await (const _ of paced(entries, speed, signal)) count++;
  return { count, ms: performance.now() - start };
}

describe('paced', () => {
  it('keeps the original pace, so many times faster', async () => {
    const { count, ms } = await elapsedMs(log(0, 5_000, undefined, 3_000, 10_000), 50);
    expect(count).toBe(5);
    expect(ms).toBeGreaterThanOrEqual(199);
  });

  it('does not wait at full speed', async () => {
    const { ms } = await elapsedMs(log(0, 86_400_000), 'max');
    expect(ms).toBeLessThan(60_000); // of a day
  });

  it('ends a long wait when told to', async () => {
    const { count, ms } = await elapsedMs(log(0, 86_400_000), 1, AbortSignal.timeout(50));
    expect(count).toBe(1);
    expect(ms).toBeLessThan(60_000);
  });
});
