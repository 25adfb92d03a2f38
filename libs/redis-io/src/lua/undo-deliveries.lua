-- Undoes a delivery of pending entries: restores their delivery counts and keeps their idle times.
--
-- KEYS  1 stream
-- ARGV  1 group, 2 consumer, then for each entry its id and its deliveries, this one included
-- Returns how many were undone: an entry that another consumer has claimed since, or that was delivered again, is left
--       alone
--
-- Atomic, because an entry that is claimed between check and change would be taken from its new consumer.
--
-- Deadline: none. An entry that was delivered again meanwhile is left alone.

local undone = 0
for i = 3, #ARGV, 2 do
  local found = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
  if found and found[2] == ARGV[2] and found[4] == tonumber(ARGV[i + 1]) then
    local before = string.format('%d', found[4] - 1)
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', found[3], 'RETRYCOUNT', before, 'JUSTID')
    undone = undone + 1
  end
end
return undone
