-- Part: sets KEYS[1] to a time unless a newer one is there; shared by the scripts that stamp.
local function stamp(key, at, ttl, known)
  local current = known or redis.call('GET', key)
  if current and (tonumber(current) or 0) >= tonumber(at) then return 0 end
  redis.call('SET', key, at, 'EX', ttl)
  return 1
end
