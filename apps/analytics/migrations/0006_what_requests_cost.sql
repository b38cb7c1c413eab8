-- What a request cost of credits, and for which application, plan and identity that was: as a sum for as long as the rollup
-- is kept. Minutes from before these columns have 0 and empty.
ALTER TABLE requests ADD COLUMN IF NOT EXISTS credits UInt64;

ALTER TABLE requests_by_minute
  ADD COLUMN IF NOT EXISTS credits SimpleAggregateFunction(sum, UInt64),
  ADD COLUMN IF NOT EXISTS application LowCardinality(String),
  ADD COLUMN IF NOT EXISTS plan LowCardinality(String),
  ADD COLUMN IF NOT EXISTS identity String,
  MODIFY ORDER BY (tenant, toStartOfHour(minute), token, route, minute, method, status, outcome, country, application, plan, identity);

ALTER TABLE requests_to_minutes MODIFY QUERY
SELECT
  toStartOfMinute(at) AS minute, tenant, route, token, method, status, outcome, country, application, plan, identity,
  count() AS calls,
  countIf(status >= 400 OR status = 0) AS errors,
  sum(request_bytes) AS request_bytes,
  sum(response_bytes) AS response_bytes,
  quantilesBFloat16State(0.5, 0.95, 0.99)(latency_ms) AS latency,
  sum(credits) AS credits
FROM requests
GROUP BY minute, tenant, route, token, method, status, outcome, country, application, plan, identity;
