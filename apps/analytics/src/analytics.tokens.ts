/** Injection token of the `AnalyticsConfig`. */
export const ANALYTICS_CONFIG = Symbol('analytics config');
/** Injection token of the `ClickHouse` in use. */
export const CLICKHOUSE = Symbol('clickhouse');
/** Injection token of the NATS connection. */
export const NATS = Symbol('nats');
