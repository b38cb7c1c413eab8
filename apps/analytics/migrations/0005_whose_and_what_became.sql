-- Whose a request was, where it came from, and what cache, limits and rules made of it. Empty and 0: not known, or nothing.
ALTER TABLE requests
  ADD COLUMN IF NOT EXISTS secret String,
  ADD COLUMN IF NOT EXISTS application LowCardinality(String),
  ADD COLUMN IF NOT EXISTS user String,
  ADD COLUMN IF NOT EXISTS identity String,
  ADD COLUMN IF NOT EXISTS plan LowCardinality(String),
  ADD COLUMN IF NOT EXISTS asn UInt32,
  ADD COLUMN IF NOT EXISTS cache LowCardinality(String),
  ADD COLUMN IF NOT EXISTS limited_by LowCardinality(String),
  ADD COLUMN IF NOT EXISTS waited_ms Float32,
  ADD COLUMN IF NOT EXISTS findings Array(LowCardinality(String));
