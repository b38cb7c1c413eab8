/** Injection token of the NATS connection. */
export const NATS = Symbol('nats connection');
/** Injection token of the key that signs checkpoints; its name is the log's origin. */
export const SIGNER = Symbol('checkpoint signer');
/** Injection token of the issuer's API. */
export const ISSUER = Symbol('issuer api');
/** Injection token of what makes leaves of the issuer's feed. */
export const READER = Symbol('feed reader');
/** Injection token of the URL that the writer's lock connects to. */
export const DATABASE_URL = Symbol('database url');
/** Injection token of the witnesses that checkpoints are sent to. */
export const WITNESSES = Symbol('witnesses');
/** Injection token of the places that the log is sent to. */
export const SINKS = Symbol('sinks');
/** Injection token of the folder that the log is mirrored to, if it is. */
export const MIRROR_DIR = Symbol('mirror folder');
