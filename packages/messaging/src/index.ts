export { BatchConsumer, type BatchConsumerOptions, type Delivery, type Verdict } from './batch-consumer.js';
export { connectNats, type NatsOptions } from './connect-nats.js';
export { EventPublisher, type PublishReceipt, type WrittenEvent } from './event-publisher.js';
export { type FeedEvent, feedEventOf, feedPageOf } from './feed-event.js';
export { FeedFollower, type FeedFollowerOptions, type FeedPage, type Placed } from './feed-follower.js';
export { onSignal, sendSignal } from './signals.js';
export type { MessagingLogger } from './logger.js';
