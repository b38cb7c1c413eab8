/** Injection token of the {@link ClickHouse} in use. */
export const CLICKHOUSE = Symbol('clickhouse');
/** Injection token of the NATS connection. */
export const NATS = Symbol('nats');
