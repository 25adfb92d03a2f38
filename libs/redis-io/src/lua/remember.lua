-- Part: keeps a durable count of lost entries, if there is a second key for it.
local function remember(count, from, to)
  if not KEYS[2] or count == 0 then return end
  redis.call('HINCRBY', KEYS[2], 'total', count)
  redis.call('HSET', KEYS[2], 'last_count', count, 'last_from', from, 'last_to', to)
end
