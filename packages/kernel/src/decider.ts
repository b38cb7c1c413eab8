/**
 * A consistency boundary as three plain functions: no clock, no randomness, no I/O.
 * After Jérémie Chassaing, "Functional Event Sourcing Decider" (2021).
 */
export interface Decider<Command, Event, State> {
  /** The state of a stream that has no events. */
  readonly initial: State;
  /**
   * The events that follow from a command. A command that has already taken effect returns `[]`.
   * @throws DomainError when the command breaks a rule.
   */
  readonly decide: (command: Command, state: State) => Event[];
  /** The state after one more event. */
  readonly evolve: (state: State, event: Event) => State;
}
