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
   * @param stream `isNew` spares the load for an id that was only just made.
   * @returns after the commit.
   * @throws DomainError as the decider does; VersionConflict after five lost races.
   */
  async handle(
    stream: { id: string; tenant: string; isNew?: boolean },
    command: Command,
    metadata: EventMetadata,
  ): Promise<Handled<State>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.dataSource.transaction((manager) =>
          this.attempt(manager, stream, command, metadata),
        );
      } catch (error) {
        if (!(error instanceof VersionConflict) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  private async attempt(
    manager: EntityManager,
    stream: { id: string; tenant: string; isNew?: boolean },
    command: Command,
    metadata: EventMetadata,
  ): Promise<Handled<State>> {
    // Another tenant's stream is not there: the decider sees it as absent.
    const history = stream.isNew ? [] : await EventStore.load(manager, stream.tenant, stream.id);
    const before = history.map(this.eventOf).reduce(this.decider.evolve, this.decider.initial);
    const events = this.decider.decide(command, before);
    if (events.length === 0) return { state: before, history, added: [] };
    const at = { id: stream.id, tenant: stream.tenant, expectedVersion: history.length };
    const added = await EventStore.append(manager, at, events, metadata);
    await this.project(manager, added);
    return { state: events.reduce(this.decider.evolve, before), history, added };
  }
}
