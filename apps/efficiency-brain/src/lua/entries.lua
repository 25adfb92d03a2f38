-- Reads a page of an execution stream, with no more entries and bytes than asked for.
--
-- KEYS  1 stream
-- ARGV  1 id after which the page begins, 2 entries at most, 3 bytes at most, 4 bytes of an entry at most, 5 1 if the id is
--       that of an entry that was read, else 0
-- Returns {id after which the next page begins (empty: the same), 1 if there may be more behind it, else 0, 1 if entries before
--       the page may have been trimmed, else 0, JSON array of {id, [field, value, ...]}}. An entry that is larger has no fields.
--
-- Not for the sake of atomicity: only the server knows what an entry weighs before it is read.
--
-- Deadline: none. It only reads.

local after, largest = ARGV[1], tonumber(ARGV[4])
local page, lastId = {}, ''
local taken, more = takePage(KEYS[1], '(' .. after, tonumber(ARGV[2]), tonumber(ARGV[3]), function(id, fields, bytes)
  lastId = id
  page[#page + 1] = bytes <= largest and {id, fields} or {id}
end)
-- Trimming removes the oldest first: while the entry at the position or any before it exists, none after it was trimmed.
local isGap = 0
if ARGV[5] == '1' and taken > 0 and #redis.call('XREVRANGE', KEYS[1], after, '-', 'COUNT', 1) == 0 then isGap = 1 end
-- Where nothing is after the position and the newest entry is before it, the stream began anew, or its newest was deleted.
if ARGV[5] == '1' and taken == 0 then
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  if newest and newest[1] ~= after then lastId, isGap = newest[1], 1 end
end
return {lastId, more, isGap, cjson.encode(page)}
