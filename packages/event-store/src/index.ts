export { CommandHandler, type CommandTarget, type Handled, type Project } from './command-handler.js';
export {
  type BegunStream,
  EventStore,
  type NewEvent,
  type NewStream,
  VersionConflict,
} from './event-store.js';
export { type FeedEvent, type FeedPage, readFeed } from './feed.js';
export { eventStoreMigrations } from './event-store.migrations.js';
export { GroupedCalls, type GroupedCallsOptions } from './grouped-calls.js';
export { JoiningDataSource } from './joining-data-source.js';
export { LeaderLock } from './leader-lock.js';
export { type ApplyEvent, Replay } from './replay.js';
export { Relay, type RelayOptions } from './relay.js';
export type { EventMetadata, StoredEvent } from './stored-event.js';
