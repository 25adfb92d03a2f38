-- Reads a page of the violation stream, with no more entries and bytes than asked for.
--
-- KEYS  1 stream
-- ARGV  1 where the page begins, as XRANGE takes it, 2 entries at most, 3 bytes at most, 4 id of the last entry that the
--       reader has taken; empty not to ask whether the stream has it
-- Returns {entries, more, behind}: {id, json, id, json, ...} with an empty text for what has no `json` field or is larger
--       than a page; 1 if there may be more behind them; 1 if there is nothing new and the reader's last entry is gone, so
--       that the stream may be another one
--
-- Not for the sake of atomicity: only the server knows what an entry weighs before it is read. The first entry is always
-- taken, or a large one would stop the reader. It reads one entry, then twice as many, at most 16 at once, so that it
-- holds few large ones.
--
-- Deadline: none. It only reads.

local function jsonOf(fields)
  local json, bytes = '', 0
  for i = 1, #fields, 2 do
    if fields[i] == 'json' then json = fields[i + 1] end
    bytes = bytes + #fields[i] + #fields[i + 1]
  end
  return json, bytes
end

-- By XRANGE, which every user of this script may run: XINFO was refused to the deployed one, and nothing said so.
local function isBehind()
  return ARGV[4] ~= '' and #redis.call('XRANGE', KEYS[1], ARGV[4], ARGV[4]) == 0 and 1 or 0
end

local from, left, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local page, bytes, count = {}, 0, 1
while left > 0 do
  count = math.min(count, left)
  local found = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', count)
  for _, entry in ipairs(found) do
    local json, size = jsonOf(entry[2])
    if #page > 0 and bytes + size > most then return {page, 1, 0} end
    bytes = bytes + size
    page[#page + 1] = entry[1]
    page[#page + 1] = size > most and '' or json
  end
  if #found < count then return {page, 0, #page == 0 and isBehind() or 0} end
  from = '(' .. found[#found][1]
  left = left - count
  count = math.min(2 * count, 16)
end
return {page, 1, 0}
