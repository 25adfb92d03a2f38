-- Creates a group, and the stream if needed.
--
-- KEYS  1 stream, 2 hash with the count of lost entries (optional, in the same Cluster slot)
-- ARGV  1 group, 2 id after which it starts
-- Returns 1 if it was created, 0 if it existed
--
-- It creates the hash too: while the slot moves, a Cluster refuses a script if only one of its keys exists.
--
-- Atomic, because the group's `entries-read` is set to the rank of the start among all entries ever added. No entry
-- may be added or trimmed between counting and setting. Without this, Redis does not know the rank, and gaps before
-- the first delivery could not be detected.
--
-- Deadline: none. The group keeps its start, so a later run changes nothing.

if KEYS[2] then redis.pcall('HSETNX', KEYS[2], 'total', 0) end
local created = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if created.err then
  if string.sub(created.err, 1, 9) == 'BUSYGROUP' then return 0 end
  return created
end
local added = named(redis.call('XINFO', 'STREAM', KEYS[1]))['entries-added']
local later = #redis.call('XRANGE', KEYS[1], '(' .. ARGV[2], '+')
local rank = string.format('%d', added - later)
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[2], 'ENTRIESREAD', rank)
if KEYS[2] then
  redis.pcall('HDEL', KEYS[2], 'given', 'open', 'open_since_ms') -- of an earlier group: account.lua
  redis.pcall('HSET', KEYS[2], 'accounted', rank)
end
return 1
