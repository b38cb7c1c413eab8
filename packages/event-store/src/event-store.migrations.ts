import { BeginStream1700000000300 } from './begin-stream.migration.js';
import { BeginStreamsFromJson1700000000320 } from './begin-streams-from-json.migration.js';
import { BeginStreamsOfAll1700000000270 } from './begin-streams-of-all.migration.js';
import { CreateEventStore1700000000000 } from './create-event-store.migration.js';
import { CreateSettledBelow1700000000300 } from './create-settled-below.migration.js';

/** What makes a schema an event store, oldest first. */
export const eventStoreMigrations = [
  CreateEventStore1700000000000,
  BeginStreamsOfAll1700000000270,
  CreateSettledBelow1700000000300,
  BeginStream1700000000300,
  BeginStreamsFromJson1700000000320,
];
