import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('answers what the first attempt that does not throw answers', async () => {
    let attempts = 0;
    const answer = await eventually(
      () => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
        return attempts;
      },
      { everyMs: 1 },
    );
    expect(answer).toBe(3);
  });

  it('throws the last error with the time it waited', async () => {
    const never = eventually(() => Promise.reject(new Error('still dark')), { timeoutMs: 5, everyMs: 1 });
    await expect(never).rejects.toThrow('not within 5 ms: still dark');
  });
});
