-- Part: keeps a durable count of lost entries, if there is a second key for it.
local function remember(count, from, to)
  if not KEYS[2] or count == 0 then return end
  local text = string.format('%d', count)
  redis.call('HINCRBY', KEYS[2], 'total', text)
  redis.call('HSET', KEYS[2], 'last_count', text, 'last_from', from, 'last_to', to)
end
