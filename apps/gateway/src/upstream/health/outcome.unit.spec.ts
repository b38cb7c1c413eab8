import { describe, expect, it } from '@jest/globals';
import { grpcOutcomeOf, outcomeOf } from './outcome.js';

describe('what an answer says of the target that gave it', () => {
  it.each([
    [200, 'ok'],
    [404, 'ok'],
    [429, 'ok'],
    [500, 'error'],
    [501, 'error'],
    [502, 'failed'],
    [504, 'failed'],
  ])('reads the status %i as %s', (status, outcome) => expect(outcomeOf(status)).toBe(outcome));

  it.each([
    ['OK', 0, 'ok'],
    ['NOT_FOUND', 5, 'ok'],
    ['UNIMPLEMENTED', 12, 'ok'],
    ['UNKNOWN', 2, 'error'],
    ['INTERNAL', 13, 'error'],
    ['UNAVAILABLE', 14, 'failed'],
    ['CANCELLED', 1, 'unknown'],
    ['DEADLINE_EXCEEDED', 4, 'unknown'],
  ])('reads the %s of gRPC as it is meant: the caller cannot fail a target', (_, status, outcome) =>
    expect(grpcOutcomeOf(`${status}`)).toBe(outcome),
  );
});
