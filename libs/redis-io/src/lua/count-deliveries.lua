-- Counts a delivery of pending entries, or undoes one: each count is one more or one less. Idle times and consumers stay.
--
-- KEYS  1 stream
-- ARGV  1 group, 2 change of the counts, 1 or -1, then the ids of the entries: an id for each delivery
-- Returns how many were changed. An entry that is gone from the stream stays as it is: XCLAIM would drop it, and no claim
--       could count it as lost. An entry that another consumer has claimed since counts that delivery alone: else replicas
--       that claim from each other, because each is slower than GOV_CLAIM_IDLE_SEC, would dead-letter plans in an outage.
--
-- Atomic, because an entry that is claimed between XPENDING and XCLAIM would be taken from its new consumer.
--
-- Deadline: none. One that undoes twice counts too few deliveries, which only tries an entry more often.

local changed = 0
for i = 3, #ARGV do
  local found = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
  local count = found and found[4] + ARGV[2] or -1
  if count >= 0 and #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) > 0 then
    local text = string.format('%d', count)
    redis.call('XCLAIM', KEYS[1], ARGV[1], found[2], 0, ARGV[i], 'IDLE', found[3], 'RETRYCOUNT', text, 'JUSTID')
    changed = changed + 1
  end
end
return changed
