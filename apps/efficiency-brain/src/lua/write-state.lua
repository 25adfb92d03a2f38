-- Part: writes the state of a symbol, unless the key holds a period that is not before it. Returns nothing if it was
-- written, else 'period', or with `fence` given 'fence' for a state that a later lease has written.
--
-- `texts` are the state's fields from `at` + 1 on. With `reset`, what is there is no state and is replaced.

local function writeState(key, fence, lease, ttl, texts, at, reset)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', key) end -- no one else's key
  local had = redis.call('HMGET', key, 'fence', 'period')
  local hadFence, hadPeriod = string.match(had[1] or '', '^%d+$'), string.match(had[2] or '', '^%d+$')
  if fence and hadFence and tonumber(hadFence) > fence then return 'fence' end
  if not reset and hadPeriod and tonumber(hadPeriod) >= tonumber(texts[at + $PERIOD_PLACE]) then return 'period' end
  redis.call('HSET', key, 'fence', lease, $STATE_FIELDS)
  redis.call('EXPIRE', key, ttl)
end
