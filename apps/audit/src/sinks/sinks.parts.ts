import type { Provider, Type } from '@nestjs/common';
import { DeadLetters } from './dead-letters.js';
import { OutgoingEntries } from './outgoing-entries.js';
import { Sinks } from './sinks.js';
import { SinksController } from './sinks.controller.js';
import { SinkStore } from './sink-store.js';
import { Arrivals } from './stream/arrivals.js';
import { StreamController } from './stream/stream.controller.js';

export const sinkControllers: Type[] = [SinksController, StreamController];

/** What takes the log elsewhere, pushed or pulled. */
export const sinkProviders: Provider[] = [OutgoingEntries, SinkStore, DeadLetters, Sinks, Arrivals];
