-- Moves the time since when a rollout is in its state back.
--
-- KEYS  1 state
-- ARGV  1 seconds
-- Returns nothing
--
-- Atomic, so that no cycle writes the state in between.
--
-- Deadline: none. No service runs it.

local text = redis.call('HGET', KEYS[1], 'state')
local since = tonumber(string.match(text, '"sinceSec":([%d.]+)')) - ARGV[1]
redis.call('HSET', KEYS[1], 'state', (string.gsub(text, '"sinceSec":[%d.]+', '"sinceSec":' .. string.format('%.3f', since))))
