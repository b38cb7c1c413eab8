-- Events, or records of them, that break the contract: kept whole for whoever repairs and replays them.
CREATE TABLE IF NOT EXISTS dead_letters (
  at DateTime64(3, 'UTC'),
  digest String,
  subject String,
  reason String,
  payload String
)
ENGINE = ReplacingMergeTree(at)
ORDER BY digest
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
