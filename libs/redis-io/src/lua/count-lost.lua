-- Counts the entries that disappeared from a stream before their delivery to the group, each once.
--
-- KEYS  1 stream, 2 hash with the count of lost entries (optional, in the same Cluster slot)
-- ARGV  1 group, 2 number of entries that the caller was given since its last call, 3 time after which entries that no
--       consumer was given count as possibly lost, ms
-- Returns {count, last id delivered before them or empty if later ones were delivered since, first id left after them,
--       last id that the stream ever had, or empty, number of entries that are possibly lost}
--
-- The group's own `entries-read` marks how far the count is complete. Redis raises it with each delivery, but not for
-- trimmed entries. This script raises it by the lost ones. The rank of the group's position among all entries ever
-- added is known only if no entry of the stream waits for delivery, or all of them do. Otherwise the count waits.
-- Redis itself may lose `entries-read` (an XDEL among waiting entries, an XGROUP SETID). Then it is set anew and
-- nothing is counted.
--
-- Servers after 7.0 may set `entries-read` right with a delivery: what is added and trimmed in one transaction, while a read
-- waits, leaves no difference there. So each consumer says what it was given. What was added and is neither given nor lost
-- is possibly lost. It may also have been given to a consumer that ended before it said so, hence the time.
--
-- Atomic, because replicas count concurrently, entries come and go, and no entry may be counted twice.
--
-- Deadline: none. It counts the entries that are gone when it runs, each once.

local found = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if found.err then
  if string.find(found.err, 'no such key', 1, true) then return {0, '', '', '', 0} end
  return found
end
local group
for _, flat in ipairs(found) do
  local one = named(flat)
  if one.name == ARGV[1] then group = one end
end
if not group then return {0, '', '', '', 0} end
if KEYS[2] and ARGV[2] ~= '0' then redis.call('HINCRBY', KEYS[2], 'given', ARGV[2]) end

local stream = named(redis.call('XINFO', 'STREAM', KEYS[1]))
local delivered, read, last = group['last-delivered-id'], group['entries-read'], stream['last-generated-id']
local waiting = redis.call('XRANGE', KEYS[1], '(' .. delivered, '+', 'COUNT', 1)[1]
local place
if not waiting then
  place = stream['entries-added']
elseif waiting[1] == stream['first-entry'][1] then
  place = stream['entries-added'] - stream['length']
else
  return {0, '', '', last, 0}
end
if read == place then return {0, '', '', last, unaccounted(place, ARGV[3])} end
local lost = read and math.max(0, place - read) or 0
local left = waiting and waiting[1] or last
local from = left ~= delivered and delivered or ''
remember(lost, from, left)
if KEYS[2] and lost > 0 then redis.call('HINCRBY', KEYS[2], 'given', string.format('%d', lost)) end
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], delivered, 'ENTRIESREAD', string.format('%d', place))
if not read then forgetAccount() end
return {lost, from, left, last, unaccounted(place, ARGV[3])}
