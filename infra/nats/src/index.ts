export { applyStreams } from './apply-streams.js';
export { natsConf } from './nats-conf.js';
export type { NatsConfOptions } from './nats-conf.js';
export { STREAMS } from './streams.js';
export type { StreamDeclaration } from './streams.js';
export { NATS_USERS, PERMISSIONS } from './users.js';
export type { NatsUser, Permissions } from './users.js';
