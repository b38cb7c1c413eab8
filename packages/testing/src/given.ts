import assert from 'node:assert/strict';
import { DomainError } from '@gatehouse/kernel';
import type { Decider } from '@gatehouse/kernel';

/** A stream's past, waiting for a command. */
export interface GivenEvents<Command, Event> {
  when(command: Command): WhenCommand<Event>;
}

/** What a command leads to. */
export interface WhenCommand<Event> {
  /** Exactly these events, in this order; none when the command has already taken effect. */
  then(events: readonly Event[]): void;
  /** A `DomainError` with this code. */
  thenThrows(code: string): void;
}

/**
 * States a rule of a decider: `given(decider, past).when(command).then(events)`.
 * Throws `AssertionError` where the rule does not hold.
 */
export function given<Command, Event, State>(
  decider: Decider<Command, Event, State>,
  past: readonly NoInfer<Event>[],
): GivenEvents<Command, Event> {
  const state = past.reduce((before, event) => decider.evolve(before, event), decider.initial);
  return {
    when: (command) => ({
      // oxlint-disable-next-line unicorn/no-thenable -- nobody awaits a rule, and it reads as the sentence it is
      then: (events) => assert.deepStrictEqual(decider.decide(command, state), events),
      thenThrows: (code) => assert.throws(() => decider.decide(command, state), hasCode(code)),
    }),
  };
}

const hasCode = (code: string) => (error: unknown) => {
  assert.ok(error instanceof DomainError, `expected a DomainError "${code}", got ${String(error)}`);
  assert.equal(error.code, code);
  return true;
};
