-- Removes the multiplier of one symbol.
--
-- KEYS  1 multiplier
-- ARGV  1 rows, 2 count of the lease
-- Returns an empty text if it is gone, else 'fence': a later lease has written it
--
-- Atomic, because a process that was frozen must not remove what a later one has written.
--
-- Deadline: the fence. A process whose lease another one has taken over and written with removes nothing.

local function row(k)
  local key = KEYS[k + 1]
  if isLater(key, tonumber(ARGV[2])) then return 'fence' end
  redis.call('DEL', key)
  return ''
end
