-- Part: what stays in flight of a plan that is settled, nothing where `left` is empty.
local function settle(key, id, left)
  local flying = redis.pcall('HGET', key, id)
  if broken(flying) or not flying then return end
  if left == '' then redis.call('HDEL', key, id) else redis.call('HSET', key, id, left) end
end
