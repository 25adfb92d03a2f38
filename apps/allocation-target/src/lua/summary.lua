-- Part of whole-cycle.lua and unguarded-cycle.lua: `base` keys and `arg` arguments come before its own.
--
-- Sets the summary of a whole cycle, or of several shards: that of this shard, and the sum of all once each has one:
-- counts are added, ts_epoch is the oldest, duration_sec the longest.

local shards = #KEYS - base - 1
if shards == 0 then
  redis.pcall('HDEL', KEYS[base + 1], 'shards')
  try(0, 'HSET', KEYS[base + 1], unpack(ARGV, arg + 2))
  return answer
end
try(1, 'HSET', KEYS[base + 2 + ARGV[arg + 1]], unpack(ARGV, arg + 2))
local fields, totals = {}, {}
for at = arg + 2, #ARGV, 2 do fields[#fields + 1] = ARGV[at] end
for shard = 1, shards do
  local values = redis.pcall('HMGET', KEYS[base + 1 + shard], unpack(fields))
  for i, field in ipairs(fields) do
    local value = tonumber(values[i])
    if not value then return answer end
    local total = totals[i]
    if not total then totals[i] = value
    elseif field == 'ts_epoch' then totals[i] = math.min(total, value)
    elseif field == 'duration_sec' then totals[i] = math.max(total, value)
    else totals[i] = total + value end
  end
end
local sum = {'shards', string.format('%d', shards)}
for i, field in ipairs(fields) do
  sum[#sum + 1] = field
  sum[#sum + 1] = string.format(field == 'duration_sec' and '%.3f' or '%.0f', totals[i])
end
try(0, 'HSET', KEYS[base + 1], unpack(sum))
return answer
