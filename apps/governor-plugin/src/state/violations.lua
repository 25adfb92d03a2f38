-- Reads a page of the violation stream, with no more entries and bytes than asked for.
--
-- KEYS  1 stream
-- ARGV  1 where the page begins, as XRANGE takes it, 2 entries at most, 3 bytes at most, 4 id of the last entry that the
--       reader has taken; empty not to ask whether the stream has it
-- Returns {entries, more, behind}: {id, json, id, json, ...} with an empty text for what has no `json` field or is larger
--       than a page; 1 if there may be more behind them; 1 if there is nothing new and the reader's last entry is gone, so
--       that the stream may be another one
--
-- Not for the sake of atomicity: only the server knows what an entry weighs before it is read.
--
-- Deadline: none. It only reads.

-- By XRANGE, which every user of this script may run: XINFO was refused to the deployed one, and nothing said so.
local function isBehind()
  return ARGV[4] ~= '' and #redis.call('XRANGE', KEYS[1], ARGV[4], ARGV[4]) == 0 and 1 or 0
end

local page, most = {}, tonumber(ARGV[3])
local taken, more = takePage(KEYS[1], ARGV[1], tonumber(ARGV[2]), most, function(id, fields, bytes)
  page[#page + 1] = id
  page[#page + 1] = bytes <= most and fieldOf(fields, 'json') or ''
end)
return {page, more, taken == 0 and isBehind() or 0}
