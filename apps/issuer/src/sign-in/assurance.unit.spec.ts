import { describe, expect, it } from '@jest/globals';
import { assuranceOf, levelOf, neededLevel } from './assurance.js';

const [ONE, TWO] = ['urn:gatehouse:aal1', 'urn:gatehouse:aal2'];

describe('the assurance of a sign-in', () => {
  it.each([
    [['password'] as const, { acr: ONE, amr: ['pwd'] }],
    [['identity-provider'] as const, { acr: ONE, amr: [] }],
    [['password', 'totp'] as const, { acr: TWO, amr: ['pwd', 'otp', 'mfa'] }],
    [['password', 'recovery-code'] as const, { acr: TWO, amr: ['pwd', 'otp', 'mfa'] }],
    [['passkey'] as const, { acr: TWO, amr: ['pop', 'user', 'mfa'] }],
  ])('of %j is what RFC 8176 calls it', (methods, expected) =>
    expect(assuranceOf(methods)).toEqual(expected),
  );

  it.each([
    [undefined, 0],
    ['', 0],
    ['phr', 0],
    [ONE, 1],
    [TWO, 2],
    [`${TWO} ${ONE}`, 1],
    [`phr ${TWO}`, 2],
  ])('that satisfies acr_values %j is at least %i', (asked, level) => expect(neededLevel(asked)).toBe(level));

  it('is ordered, and unknown contexts stand below all', () =>
    expect([undefined, 'phr', ONE, TWO].map(levelOf)).toEqual([0, 0, 1, 2]));
});
