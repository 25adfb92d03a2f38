-- Claims entries that have been pending for long, counts those of them that are gone from the stream, and returns no more
-- bytes than asked for.
--
-- KEYS  1 stream, 2 hash with the count of lost entries (optional, in the same Cluster slot)
-- ARGV  1 group, 2 consumer, 3 minimum idle time ms, 4 first id, as XPENDING takes it, 5 maximum entries, 6 maximum bytes
-- Returns {first id of the next call, or empty if no more follow; entries that fit, {id, fields, deliveries} each; ids that
--       are gone; entries that do not fit, {id, bytes, deliveries} each}. Deliveries are without this one
--
-- It does not count a delivery: if its answer is lost, nothing is served. `COUNT_DELIVERIES` counts it before the entries
-- are served.
--
-- XCLAIM drops entries that are gone, and does not name them. XAUTOCLAIM names them, but drops them at any idle time: also
-- what a living consumer has just been given and is about to process, which is not lost.
--
-- An entry that was delivered twice before goes alone. It may be what ended those processes. What was read beside it would be
-- counted with it until all of them are dead letters.
--
-- Atomic, because an entry that is acknowledged between XPENDING and XCLAIM would be taken for one that is gone.
--
-- Deadline: none. A later call claims later.

local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], ARGV[4], '+', ARGV[5])
if #pending == 0 then return {'', {}, {}, {}} end
local isLast, most = #pending < tonumber(ARGV[5]), #pending
for i, one in ipairs(pending) do
  if one[4] >= 2 then
    most = math.max(1, i - 1)
    break
  end
end
for i = #pending, most + 1, -1 do
  isLast, pending[i] = false, nil
end
local ids, claimed = {}, {}
for i, one in ipairs(pending) do ids[i] = one[1] end
ids[#pending + 1] = 'JUSTID'
for _, id in ipairs(redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(ids))) do
  claimed[id] = redis.call('XRANGE', KEYS[1], id, id)[1][2]
end
local fitting, gone, large, left = {}, {}, {}, tonumber(ARGV[6])
for _, one in ipairs(pending) do
  local id, deliveries = one[1], one[4]
  local fields, bytes = claimed[id], 0
  for _, text in ipairs(fields or {}) do bytes = bytes + #text end
  if not fields then
    gone[#gone + 1] = id
  elseif bytes <= left then
    left = left - bytes
    fitting[#fitting + 1] = {id, fields, deliveries}
  else
    large[#large + 1] = {id, bytes, deliveries}
  end
end
remember(#gone, gone[1], gone[#gone])
return {isLast and '' or '(' .. ids[#pending], fitting, gone, large}
