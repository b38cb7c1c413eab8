-- What is held of every batch: written after its rows, it is the proof that they are all there. `gap` counts the records
-- lost between the batch before and this one.
CREATE TABLE IF NOT EXISTS request_batches (
  inserted_at DateTime64(3, 'UTC'),
  gateway LowCardinality(String),
  batch UInt64,
  part UInt32,
  parts UInt32,
  first_seq UInt64,
  last_seq UInt64,
  count UInt64,
  gap UInt64,
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  INDEX inserted_at_range inserted_at TYPE minmax
)
ENGINE = ReplacingMergeTree(inserted_at)
PARTITION BY toYYYYMM(first_at)
ORDER BY (gateway, batch, part)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
