import type { Decider } from '@gatehouse/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import { EventStore, type NewEvent, VersionConflict } from './event-store.js';
import type { EventMetadata, StoredEvent } from './stored-event.js';

/** Updates read models in the transaction that appends the events. */
export type Project = (manager: EntityManager, events: readonly StoredEvent[]) => Promise<void>;

/** What came of a command. */
export interface Handled<State> {
  state: State;
  /** The stream's events from before, in order. */
  history: readonly StoredEvent[];
  /** What this command added; empty when it had taken effect already. */
  added: readonly StoredEvent[];
}

/** The stream a command is about. */
export interface CommandTarget {
  id: string;
  tenant: string;
  /** Spares the load for an id that was only just made. */
  isNew?: boolean;
}

interface Decided<State, Event> {
  state: State;
  history: readonly StoredEvent[];
  events: readonly Event[];
}

const MAX_ATTEMPTS = 5;

/** Load → decide → append and project, in one transaction; again when another writer was faster. */
export class CommandHandler<Command, Event extends NewEvent, State> {
  /**
   * @param decider the rules.
   * @param eventOf turns a stored event back into the decider's event (and applies upcasters).
   * @param project the read models that must agree with the stream at once.
   */
  constructor(
    private readonly dataSource: DataSource,
    private readonly decider: Decider<Command, Event, State>,
    private readonly eventOf: (stored: StoredEvent) => Event,
    private readonly project: Project,
  ) {}

  /**
   * @returns after the commit.
   * @throws DomainError as the decider does; VersionConflict after five lost races.
   */
  handle(stream: CommandTarget, command: Command, metadata: EventMetadata): Promise<Handled<State>> {
    return again(() =>
      this.dataSource.transaction(async (manager) => {
        const decided = await this.decide(manager, stream, command);
        const handled = await this.append(manager, stream, decided, metadata);
        if (handled.added.length > 0) await this.project(manager, handled.added);
        return handled;
      }),
    );
  }

  /**
   * As {@link handle}, in two round trips and no transaction but that of the one statement that writes: for a command
   * whose events an SQL function can project. What was decided on is still there when it is written, or nothing is: the
   * version says so.
   * @param projectWith as with `EventStore.append`. What it raises undoes the append.
   */
  handleAtOnce(
    stream: CommandTarget,
    command: Command,
    metadata: EventMetadata,
    projectWith: string,
  ): Promise<Handled<State>> {
    const { manager } = this.dataSource;
    return again(async () => {
      const decided = await this.decide(manager, stream, command);
      return this.append(manager, stream, decided, metadata, { projectWith });
    });
  }

  private async decide(
    manager: EntityManager,
    stream: CommandTarget,
    command: Command,
  ): Promise<Decided<State, Event>> {
    // Another tenant's stream is not there: the decider sees it as absent.
    const history = stream.isNew ? [] : await EventStore.load(manager, stream.tenant, stream.id);
    const before = history.map(this.eventOf).reduce(this.decider.evolve, this.decider.initial);
    const events = this.decider.decide(command, before);
    return { state: events.reduce(this.decider.evolve, before), history, events };
  }

  private async append(
    manager: EntityManager,
    { id, tenant }: CommandTarget,
    { state, history, events }: Decided<State, Event>,
    metadata: EventMetadata,
    options?: { projectWith: string },
  ): Promise<Handled<State>> {
    if (events.length === 0) return { state, history, added: [] };
    const at = { id, tenant, expectedVersion: history.length };
    return { state, history, added: await EventStore.append(manager, at, events, metadata, options) };
  }
}

/** @throws VersionConflict after five lost races. */
async function again<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let nth = 1; ; nth++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionConflict) || nth === MAX_ATTEMPTS) throw error;
    }
  }
}
