-- One row per answered request. `inserted_at` is the same for all rows of one insert and increases from insert to insert:
-- it names the insert, and is its deduplication token. Keep inserts and rollups durable: a gateway deletes its only other
-- copy once we say that we hold them. Sorted by the hour first, so that the newest minute is found without reading its day,
-- and a token's rows lie together within the hour.
CREATE TABLE IF NOT EXISTS requests (
  inserted_at DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  gateway LowCardinality(String),
  batch UInt64 CODEC(Delta, LZ4),
  part UInt32,
  seq UInt64 CODEC(Delta, LZ4),
  at DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  request_id String,
  tenant LowCardinality(String),
  route LowCardinality(String),
  token String,
  method LowCardinality(String),
  path String,
  status UInt16,
  outcome LowCardinality(String),
  code LowCardinality(String),
  client_address String,
  country LowCardinality(String),
  user_agent String,
  referrer String,
  request_bytes UInt64,
  response_bytes UInt64,
  latency_ms Float32,
  upstream_ms Float32,
  trace_id String,
  INDEX inserted_at_range inserted_at TYPE minmax
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(at)
ORDER BY (tenant, toStartOfHour(at), token, route, at)
TTL toDateTime(at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
