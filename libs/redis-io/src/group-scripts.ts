import { defineScript } from './script.js';

/** Reads flat `name, value, ...` replies, as XINFO gives them, into tables. */
const FLAT = `local function named(flat)
  local t = {}
  for i = 1, #flat, 2 do t[flat[i]] = flat[i + 1] end
  return t
end
`;

/** Keeps a durable count of lost entries, where there is a second key to keep it in. */
const REMEMBER = `local function remember(count, from, to)
  if not KEYS[2] or count == 0 then return end
  redis.call('HINCRBY', KEYS[2], 'total', count)
  redis.call('HSET', KEYS[2], 'last_count', count, 'last_from', from, 'last_to', to)
end
`;

/**
 * Creates a group, and the stream if need be.
 *
 * KEYS  1 stream, 2 hash that keeps the count of lost entries (optional, in the same slot)
 * ARGV  1 group, 2 id after which it starts
 * Returns 1 if it was created, 0 if it was there
 *
 * The hash is begun too: while its slot moves, a Cluster refuses scripts of which one key is there and the other is not.
 *
 * Atomic, because the group's `entries-read` is set to the start's place among all entries ever added, and none must be
 * added or trimmed between counting and setting. Left to itself, Redis does not know that place, and losses before the
 * first delivery could not be told.
 */
export const CREATE_GROUP = defineScript(`
${FLAT}
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
`);

/**
 * Counts the entries that are gone from a stream before the group could be given them, each once.
 *
 * KEYS  1 stream, 2 hash that keeps the count (optional, in the same slot)
 * ARGV  1 group
 * Returns {count, last id delivered before them or empty where later ones have been since, first id left after them, last id
 *       that the stream ever had, or empty}
 *
 * The group's own `entries-read` is how far it is accounted for: Redis raises it with each delivery and not for what was
 * trimmed, this script raises it by what is lost. The place of the group's position among all entries ever added is known
 * where nothing waits for delivery, or all that the stream holds does; in between, the count waits. Where Redis itself
 * has lost `entries-read` (an XDEL among entries that wait, an XGROUP SETID), it is set anew and nothing is counted.
 *
 * Atomic, because replicas count at once, entries come and go, and what is counted must not be counted again.
 */
export const COUNT_LOST = defineScript(`
${FLAT}${REMEMBER}
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
`);

/**
 * XAUTOCLAIM that also keeps count of the entries it found gone, and answers with no more bytes than asked for.
 *
 * KEYS  1 stream, 2 hash that keeps the count (optional, in the same slot)
 * ARGV  1 group, 2 consumer, 3 least idle time ms, 4 cursor, 5 entries at most, 6 bytes at most
 * Returns what XAUTOCLAIM does, without the entries that are too many bytes, then those: {id, bytes, id, bytes, ...}
 *
 * Atomic, because XAUTOCLAIM names an entry that is gone only once.
 */
export const CLAIM_IDLE = defineScript(`
${REMEMBER}
local reply = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
local gone = reply[3] or {}
remember(#gone, gone[1], gone[#gone])
local fitting, large, left = {}, {}, tonumber(ARGV[6])
for _, entry in ipairs(reply[2]) do
  local bytes = 0
  for _, text in ipairs(entry[2] or {}) do bytes = bytes + #text end
  if bytes <= left then
    left = left - bytes
    fitting[#fitting + 1] = entry
  else
    large[#large + 1] = entry[1]
    large[#large + 1] = bytes
  end
end
return {reply[1], fitting, gone, large}
`);

/**
 * Takes a delivery of pending entries back: their counts become what they were before it, their idle times stay.
 *
 * KEYS  1 stream
 * ARGV  1 group, 2 consumer, then for each entry its id and its deliveries, this one included
 * Returns how many were taken back: an entry that another consumer has claimed since, or that was delivered again, is left
 *       alone
 *
 * Atomic, because an entry that is claimed between the look and the change would be taken from its new consumer.
 */
export const UNDO_DELIVERIES = defineScript(`
local undone = 0
for i = 3, #ARGV, 2 do
  local found = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
  if found and found[2] == ARGV[2] and found[4] == tonumber(ARGV[i + 1]) then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', found[3], 'RETRYCOUNT', found[4] - 1, 'JUSTID')
    undone = undone + 1
  end
end
return undone
`);

/**
 * Removes members of a group that hold nothing and have long not been heard of.
 *
 * KEYS  1 stream
 * ARGV  1 group, 2 what their names begin with, 3 least idle time ms, 4 name of one to spare, or empty
 * Returns the names of those that were removed
 *
 * Atomic, because whatever a member got between the look and the removal would be lost with it.
 */
export const REMOVE_CONSUMERS = defineScript(`
${FLAT}
local removed = {}
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local one = named(flat)
  local ours = string.sub(one.name, 1, #ARGV[2]) == ARGV[2] and one.name ~= ARGV[4]
  if ours and one.pending == 0 and one.idle >= tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], one.name)
    removed[#removed + 1] = one.name
  end
end
return removed
`);

export const GROUP_SCRIPTS = [CREATE_GROUP, COUNT_LOST, CLAIM_IDLE, UNDO_DELIVERIES, REMOVE_CONSUMERS];
