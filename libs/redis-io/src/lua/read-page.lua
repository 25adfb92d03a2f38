-- Reads a page of a stream, with no more entries and bytes than asked for.
--
-- KEYS  1 stream
-- ARGV  1 id of the last entry that was read; empty: read no page, only where the stream ends, 2 entries at most,
--       3 bytes at most
-- Returns {entries, more, there, last}: JSON of {{id, fields}, ...}, because clients decode it sooner than a reply of as many
--       texts; in place of the fields of an entry that is larger than a page its bytes, and of the stream's end 0;
--       1 if there may be more behind them; 1 if the entry that was read last is still there; where it is not and
--       nothing is behind it, the id of the stream's last entry, empty of an empty stream
--
-- Atomic, so that no entry is trimmed between the look at the last one and the page behind it.
--
-- Deadline: none. It only reads.

if ARGV[1] == '' then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  return {last and cjson.encode({{last[1], 0}}) or '[]', 0, 0}
end

local page, most = {}, tonumber(ARGV[3])
local isThere = #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
local _, more = takePage(KEYS[1], '(' .. ARGV[1], tonumber(ARGV[2]), most, function(id, fields, bytes)
  page[#page + 1] = {id, bytes <= most and fields or bytes}
end)
if #page > 0 then return {cjson.encode(page), more, isThere, ''} end
local last = isThere == 0 and redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return {'[]', more, isThere, last and last[1] or ''}
