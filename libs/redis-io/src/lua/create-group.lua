-- Creates a group, and the stream if need be.
--
-- KEYS  1 stream, 2 hash that keeps the count of lost entries (optional, in the same slot)
-- ARGV  1 group, 2 id after which it starts
-- Returns 1 if it was created, 0 if it was there
--
-- The hash is begun too: while its slot moves, a Cluster refuses scripts of which one key is there and the other is
-- not.
--
-- Atomic, because the group's `entries-read` is set to the start's place among all entries ever added, and none must be
-- added or trimmed between counting and setting. Left to itself, Redis does not know that place, and losses before the
-- first delivery could not be told.
--
-- Deadline: none. The group keeps its start, so that a later run changes nothing.

if KEYS[2] then redis.pcall('HSETNX', KEYS[2], 'total', 0) end
local created = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if created.err then
  if string.sub(created.err, 1, 9) == 'BUSYGROUP' then return 0 end
  return created
end
local added = named(redis.call('XINFO', 'STREAM', KEYS[1]))['entries-added']
local later = #redis.call('XRANGE', KEYS[1], '(' .. ARGV[2], '+')
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[2], 'ENTRIESREAD', added - later)
return 1
