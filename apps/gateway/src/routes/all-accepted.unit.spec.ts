import { setImmediate as aTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { allAccepted } from './all-accepted.js';
import { RoutesRejected } from './routes-rejected.js';

const late = async (mistake: string): Promise<never> => {
  await aTurn();
  throw new RoutesRejected([mistake]);
};

describe('what gateway.yaml names', () => {
  it('is there when all of it is', async () => {
    expect(await allAccepted([Promise.resolve('a'), Promise.resolve('b')])).toEqual(['a', 'b']);
  });

  it('is refused with every mistake once, in the order of the file and not of the failures', async () => {
    const early = Promise.reject(new RoutesRejected(['second', 'third']));
    await expect(allAccepted<unknown>([late('first'), early, late('third')])).rejects.toMatchObject({
      message: 'first\nsecond\nthird',
    });
  });

  it('fails as it does where something else is wrong', async () => {
    await expect(allAccepted([Promise.reject(new TypeError('a fault'))])).rejects.toThrow(TypeError);
  });
});
