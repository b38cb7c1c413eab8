import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { storable } from './storable.js';

const asked = { tenant: 't', route: 'r', target: '/', uri: '/', share: '', headers: {} };
const fit = (headers: Record<string, string>) =>
  storable(asked, 200, headers, { shareBy: 'tenant', maxEntryBytes: 1 });

describe('what may be kept', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('does not become fresh again when the clock is set back', () => {
    const policy = fit({ 'cache-control': 'max-age=60', age: '30', etag: '"v1"' })!.policy;
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 31_000);
    expect(policy.stale()).toBe(true);
    clock.mockReturnValue(now - 3_600_000);
    expect(policy.age()).toBeGreaterThanOrEqual(30);
  });

  it('is no stream of events: it has no end to wait for', () => {
    const headers = { 'cache-control': 'max-age=60' };
    expect(fit(headers)).toBeDefined();
    expect(fit({ ...headers, 'content-type': 'Text/Event-Stream; charset=utf-8' })).toBeUndefined();
  });

  it('is of some use: fresh for a while, or something the upstream can be asked about', () => {
    expect(fit({})).toBeUndefined();
    expect(fit({ 'cache-control': 'max-age=0' })).toBeUndefined();
    expect(fit({ 'last-modified': new Date(0).toUTCString() })?.policy.stale()).toBe(true);
    expect(fit({ 'cache-control': 'max-age=0, stale-if-error=60' })).toBeDefined();
  });
});
