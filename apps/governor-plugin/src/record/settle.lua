-- Settles a reservation: makes what is counted of a plan what its permit says, where attempts counted it with different
-- sums or times.
--
-- KEYS  1 window, 2 daily, 3 in flight, as for reserving
-- ARGV  1 plan id, 2 time of the decision, 3 notional in whole micro USD, 4 what stays in flight, as `RECORD` takes it
-- Returns 1 if the day's sum was changed, else 0
--
-- Counts nothing that is not counted: what was pruned, or is of a day that is over, stays so. Keys that hold something
-- else are left alone.
--
-- Atomic, because the day's total and the plan's part of it must never disagree.
--
-- Deadline: none. What was pruned, or is of a day that is over, is not counted again.

local flying = redis.pcall('HGET', KEYS[3], ARGV[1])
if not broken(flying) and flying then
  if ARGV[4] == '' then redis.call('HDEL', KEYS[3], ARGV[1]) else redis.call('HSET', KEYS[3], ARGV[1], ARGV[4]) end
end
if not broken(redis.pcall('ZADD', KEYS[1], 'XX', ARGV[2], ARGV[1])) then
  redis.call('EXPIRE', KEYS[1], $WINDOW_TTL_SEC) -- for reserving, the time of the newest entry says when this was done
end
local own = redis.pcall('HGET', KEYS[2], 'p:' .. ARGV[1])
if broken(own) or not own or own == ARGV[3] or not string.match(own, '^%d+$') then return 0 end
redis.call('HSET', KEYS[2], 'p:' .. ARGV[1], ARGV[3])
redis.pcall('HINCRBY', KEYS[2], 'total_micro_usd', string.format('%.0f', ARGV[3] - own))
return 1
