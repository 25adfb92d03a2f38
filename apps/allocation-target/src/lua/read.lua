#!lua flags=no-writes
-- Reads targets and efficiencies, and where asked what smoothing goes on from, each key by itself: what one cannot give
-- leaves the others alone.
--
-- KEYS  of each symbol its target, its efficiency and, where asked, its shadow key
-- Returns a JSON array with, for each key, the values of its fields (false where there is none), {"err"} where Redis
--         refuses it, or, of a target that is not there, false
--
-- Not for the sake of atomicity: 10,000 symbols took 90 ms as pipelined commands, 30 ms by a script that answers value
-- by value, 23 ms by one that answers with one JSON text, of which the client's own work is 8 ms and the server's 21
-- (medians of seven, 50 symbols a script, three scripts in flight).
--
-- Deadline: none. It only reads.
--
-- TypeScript fills in the names that begin with $: how many keys a symbol has, the fields of each, and read-
-- smoothing.lua or nothing.

local answers = {}
for i = 1, #KEYS, $KEYS_EACH do
  local target = redis.pcall('HMGET', KEYS[i], $TARGET_FIELDS)
  local gone = not (target.err or $TARGET_VALUES) and redis.pcall('EXISTS', KEYS[i]) == 0
  answers[i] = not gone and target
  answers[i + 1] = redis.pcall('HMGET', KEYS[i + 1], $EFFICIENCY_FIELDS)
$READ_SMOOTHING
end
return cjson.encode(answers)
