-- Usage per minute and every dimension a chart can ask for. The latency state keeps each value's BFloat16 (within 0.8 %), so
-- that merging in any order gives the same percentiles.
CREATE TABLE IF NOT EXISTS requests_by_minute (
  minute DateTime('UTC') CODEC(Delta, LZ4),
  tenant LowCardinality(String),
  route LowCardinality(String),
  token String,
  method LowCardinality(String),
  status UInt16,
  outcome LowCardinality(String),
  country LowCardinality(String),
  calls SimpleAggregateFunction(sum, UInt64),
  errors SimpleAggregateFunction(sum, UInt64),
  request_bytes SimpleAggregateFunction(sum, UInt64),
  response_bytes SimpleAggregateFunction(sum, UInt64),
  latency AggregateFunction(quantilesBFloat16(0.5, 0.95, 0.99), Float32)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMMDD(minute)
ORDER BY (tenant, toStartOfHour(minute), token, route, minute, method, status, outcome, country)
TTL minute + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS requests_to_minutes TO requests_by_minute AS
SELECT
  toStartOfMinute(at) AS minute, tenant, route, token, method, status, outcome, country,
  count() AS calls,
  countIf(status >= 400 OR status = 0) AS errors,
  sum(request_bytes) AS request_bytes,
  sum(response_bytes) AS response_bytes,
  quantilesBFloat16State(0.5, 0.95, 0.99)(latency_ms) AS latency
FROM requests
GROUP BY minute, tenant, route, token, method, status, outcome, country;
