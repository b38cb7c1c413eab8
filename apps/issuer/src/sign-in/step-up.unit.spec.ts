import { describe, expect, it } from '@jest/globals';
import { stepUpOf } from './step-up.js';

const now = new Date('2026-11-22T12:00:00.000Z');
const secondsAgo = (seconds: number) => now.getTime() / 1000 - seconds;
const [ONE, TWO] = ['urn:gatehouse:aal1', 'urn:gatehouse:aal2'];
const policy = { secondFactorFor: ['tokens:write' as const] };
const needed = { for: ['tokens:write'], acrValues: TWO, maxAgeSeconds: null };

describe('a step up', () => {
  it('is not asked for where the policy names nothing', () => {
    expect(stepUpOf({}, { acr: ONE }, now)).toBeUndefined();
    expect(stepUpOf({ secondFactorFor: [], secondFactorMaxAgeSeconds: 60 }, {}, now)).toBeUndefined();
  });

  it('is asked for after one factor, an unknown one, or none that is told of', () => {
    for (const acr of [ONE, 'urn:somebody:else', undefined])
      expect(stepUpOf(policy, { acr, auth_time: secondsAgo(1) }, now)).toEqual(needed);
    expect(stepUpOf(policy, { acr: TWO }, now)).toBeUndefined();
  });

  it('is asked for when the sign-in is older than the policy lets it be, or of no known age', () => {
    const strict = { ...policy, secondFactorMaxAgeSeconds: 300 };
    expect(stepUpOf(strict, { acr: TWO, auth_time: secondsAgo(300) }, now)).toBeUndefined();
    for (const auth_time of [secondsAgo(301), undefined, 'yesterday'])
      expect(stepUpOf(strict, { acr: TWO, auth_time }, now)).toEqual({ ...needed, maxAgeSeconds: 300 });
  });
});
