-- Part: whether a later lease has written this multiplier. A key of another type is no multiplier and is removed.

local function isLater(key, count)
  local had = redis.pcall('HGET', key, 'fence')
  if type(had) == 'table' then -- an error
    redis.call('DEL', key)
    return false
  end
  local fence = string.match(had or '', '^(%d+):')
  return fence ~= nil and tonumber(fence) > count
end
