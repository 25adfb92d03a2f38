-- Part: sets a key to a time unless a newer one is there. `known` is what it holds, false for nothing, nil where that is not known.
local function stamp(key, at, ttl, known)
  local current = known
  if current == nil then current = redis.call('GET', key) end
  if current and (tonumber(current) or 0) >= tonumber(at) then return 0 end
  redis.call('SET', key, at, 'EX', ttl)
  return 1
end
