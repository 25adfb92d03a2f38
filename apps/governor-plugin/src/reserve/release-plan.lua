-- Part: takes a plan out of its symbol's windows. Answers whether it was counted. A key of another type holds no reservation:
-- it is left alone, and does not keep the others from being tidied; nor does a total that is no whole number. Needs
-- `BROKEN`.
local function release(window, daily, flight, id)
  local counted = redis.pcall('ZREM', window, id)
  if broken(counted) then counted = 0 end
  broken(redis.pcall('HDEL', flight, id))
  local own = redis.pcall('HGET', daily, 'p:' .. id)
  if broken(own) then own = false end
  if own then
    redis.call('HDEL', daily, 'p:' .. id)
    if own ~= '0' then redis.pcall('HINCRBY', daily, 'total_micro_usd', '-' .. own) end
  end
  return counted == 1 or own
end
