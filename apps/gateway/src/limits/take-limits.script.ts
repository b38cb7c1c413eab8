/**
 * Takes of every limit or of none, by the store's own clock, so that gateways whose clocks disagree count alike.
 *
 * KEYS: one for each limit. ARGV: cost, longest wait (ms), lease, then for each limit its kind and two numbers:
 * `rate` emission (ms) and burst, `quota` total and the rest of its period (ms), `concurrent` most and the life of a lease (ms).
 * Answers which limit refuses (from 1; 0: none), the wait (ms), and for each limit what is left and when it is whole again (ms).
 */
export const TAKE_LIMITS = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local cost, longest, lease = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local refused, wait = 0, 0
local held = {}
for i, key in ipairs(KEYS) do
  local kind, a, b = ARGV[i * 3 + 1], tonumber(ARGV[i * 3 + 2]), tonumber(ARGV[i * 3 + 3])
  local mine, patience = 0, 0
  if kind == 'rate' then
    held[i] = math.max(tonumber(redis.call('GET', key) or 0), now)
    mine, patience = held[i] + (cost - b) * a - now, longest
  elseif kind == 'quota' then
    held[i] = tonumber(redis.call('GET', key) or 0)
    if held[i] + cost > a then mine = b end
  else
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    held[i] = redis.call('ZCARD', key)
    if held[i] >= a then mine = 1000 end
  end
  if refused == 0 and mine > patience then
    refused, wait = i, mine
  elseif refused == 0 then
    wait = math.max(wait, mine)
  end
end
local answer = { refused, math.ceil(wait) }
for i, key in ipairs(KEYS) do
  local kind, a, b = ARGV[i * 3 + 1], tonumber(ARGV[i * 3 + 2]), tonumber(ARGV[i * 3 + 3])
  local left, reset = 0, 0
  if kind == 'rate' then
    if refused == 0 and cost > 0 then
      held[i] = held[i] + cost * a
      redis.call('SET', key, string.format('%.17g', held[i]), 'PX', math.ceil(held[i] - now) + 1000)
    end
    left, reset = math.max(0, math.floor(b - (held[i] - now) / a + 1e-9)), held[i] - now
  elseif kind == 'quota' then
    if refused == 0 and cost > 0 then
      held[i] = redis.call('INCRBY', key, cost)
      redis.call('PEXPIRE', key, math.ceil(b) + 60000)
    end
    left, reset = math.max(0, a - held[i]), b
  elseif refused == 0 then
    redis.call('ZADD', key, now + b, lease)
    redis.call('PEXPIRE', key, b)
  end
  answer[i * 2 + 1], answer[i * 2 + 2] = left, math.ceil(reset)
end
return answer
`;
