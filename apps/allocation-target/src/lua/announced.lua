-- Reads the symbols that a page of the decision stream announces, with no more entries and bytes than asked for.
--
-- KEYS  1 stream
-- ARGV  1 id after which the page begins; empty: read no page, only where the stream ends, 2 entries at most, 3 bytes at
--       most, 4 bytes of a symbol at most
-- Returns {id of the last entry (empty if absent), 1 if there may be more behind it, else 0, bytes of the entries,
--       symbols}. A longer symbol is left out.
--
-- Not for the sake of atomicity: only the server knows what an entry weighs before it is read. Nothing but the symbol is
-- sent, however large the entry.
--
-- Deadline: none. It only reads.

if ARGV[1] == '' then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  return {last and last[1] or '', 0, 0, {}}
end

local lastId, symbols, longest = '', {}, tonumber(ARGV[4])
local _, more, bytes = takePage(KEYS[1], '(' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), function(id, fields)
  lastId = id
  local symbol = fieldOf(fields, 'symbol')
  if symbol and #symbol <= longest then symbols[#symbols + 1] = symbol end
end)
return {lastId, more, bytes, symbols}
