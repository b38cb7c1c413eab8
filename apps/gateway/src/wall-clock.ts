/** What a clock would show now that ran on from where this process began. */
const origin = Date.now() - performance.now();

/**
 * Milliseconds of the wall clock, to judge by what has expired: not less than at the start and what has passed since.
 * A clock that is set back revives nothing; one that is set forward, and right again, is right again.
 */
export const wallClockMs = (): number => Math.max(Date.now(), origin + performance.now());
