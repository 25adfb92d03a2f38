-- Publishes the multiplier of one symbol.
--
-- KEYS  1 multiplier
-- ARGV  1 rows, 2 when it expires (unix ms), 3 count of the lease, then of each row the fields
-- Returns an empty text if it was written, else 'fence': a later lease has written it
--
-- Atomic, because a process that was frozen must not overwrite what a later one has written, and no multiplier may be without
-- its end.
--
-- Deadline: its end. Where that has passed, PEXPIREAT removes the key at once.

local function row(k, a)
  local key = KEYS[k + 1]
  if isLater(key, tonumber(ARGV[3])) then return 'fence' end
  local fields = {}
  for i = 1, $ARGS_EACH do fields[i] = ARGV[a + i] end
  redis.call('HSET', key, unpack(fields))
  redis.call('PEXPIREAT', key, ARGV[2])
  return ''
end
