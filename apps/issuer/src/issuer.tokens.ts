/** Injection token of the issuer's configuration. */
export const ISSUER_CONFIG = Symbol('issuer config');
/** Injection token of the issuer's NATS connection. */
export const NATS = Symbol('nats connection');
