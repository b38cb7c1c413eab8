export { CommandHandler, type Handled, type Project } from './command-handler.js';
export { CreateEventStore1700000000000 } from './create-event-store.migration.js';
export { EventStore, type NewEvent, VersionConflict } from './event-store.js';
export { type FeedPage, readFeed } from './feed.js';
export { GroupedCalls, type GroupedCallsOptions } from './grouped-calls.js';
export { JoiningDataSource } from './joining-data-source.js';
export { LeaderLock } from './leader-lock.js';
export { Relay, type RelayOptions } from './relay.js';
export type { EventMetadata, StoredEvent } from './stored-event.js';
