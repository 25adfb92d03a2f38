-- Replaces a string, if it is still as expected.
--
-- KEYS  1 string
-- ARGV  1 "1" if a value is expected, else "0", 2 the expected value, 3 "1" if there is a new one, else "0",
--       4 the new value, 5 its TTL in ms, 0 for none
-- Returns 1 if replaced, else 0
--
-- Atomic, because between check and write an operator may set the switch.
--
-- Deadline: none. A switch that is set late has the same TTL from then on, and is released by its value.

local current = redis.call('GET', KEYS[1])
if (ARGV[1] == '1') ~= (current ~= false) or (current and current ~= ARGV[2]) then return 0 end
if ARGV[3] == '0' then redis.call('DEL', KEYS[1])
elseif ARGV[5] == '0' then redis.call('SET', KEYS[1], ARGV[4])
else redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5]) end
return 1
