-- Counts the entries that are gone from a stream before the group could be given them, each once.
--
-- KEYS  1 stream, 2 hash that keeps the count (optional, in the same slot)
-- ARGV  1 group
-- Returns {count, last id delivered before them or empty where later ones have been since, first id left after them,
--       last id that the stream ever had, or empty}
--
-- The group's own `entries-read` is how far it is accounted for: Redis raises it with each delivery and not for what
-- was trimmed, this script raises it by what is lost. The place of the group's position among all entries ever added is
-- known where nothing waits for delivery, or all that the stream holds does; in between, the count waits. Where Redis
-- itself has lost `entries-read` (an XDEL among entries that wait, an XGROUP SETID), it is set anew and nothing is
-- counted.
--
-- Atomic, because replicas count at once, entries come and go, and what is counted must not be counted again.
--
-- Deadline: none. It counts what is gone by then, each entry once.

local found = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if found.err then
  if string.find(found.err, 'no such key', 1, true) then return {0, '', '', ''} end
  return found
end
local group
for _, flat in ipairs(found) do
  local one = named(flat)
  if one.name == ARGV[1] then group = one end
end
if not group then return {0, '', '', ''} end

local stream = named(redis.call('XINFO', 'STREAM', KEYS[1]))
local delivered, read, last = group['last-delivered-id'], group['entries-read'], stream['last-generated-id']
local waiting = redis.call('XRANGE', KEYS[1], '(' .. delivered, '+', 'COUNT', 1)[1]
local place
if not waiting then
  place = stream['entries-added']
elseif waiting[1] == stream['first-entry'][1] then
  place = stream['entries-added'] - stream['length']
else
  return {0, '', '', last}
end
if read == place then return {0, '', '', last} end
local lost = read and math.max(0, place - read) or 0
local left = waiting and waiting[1] or last
local from = left ~= delivered and delivered or ''
remember(lost, from, left)
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], delivered, 'ENTRIESREAD', place)
return {lost, from, left, last}
