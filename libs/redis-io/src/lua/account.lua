-- Part: which entries no consumer was given. Fields of the hash in KEYS[2]: `accounted`, the place up to which all are given,
-- lost or possibly lost; `given`, the number given or lost since; `open`, the smallest number that was neither since
-- `open_since_ms`; `possibly_lost`, their total.
local function forgetAccount()
  if KEYS[2] then redis.call('HDEL', KEYS[2], 'accounted', 'given', 'open', 'open_since_ms') end
end

-- `place`: number of entries that the stream ever had up to the group's position. Returns how many more of them are
-- possibly lost.
local function unaccounted(place, settleMs)
  if not KEYS[2] then return 0 end
  local accounted, given, open, since = unpack(redis.call('HMGET', KEYS[2], 'accounted', 'given', 'open', 'open_since_ms'))
  local found = accounted and place - accounted - (given or 0) or 0
  if found <= 0 then
    if tonumber(accounted) ~= place then
      forgetAccount()
      redis.call('HSET', KEYS[2], 'accounted', string.format('%d', place))
    end
    return 0
  end
  local time = redis.call('TIME')
  local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
  if not open then
    redis.call('HSET', KEYS[2], 'open', string.format('%d', found), 'open_since_ms', string.format('%d', nowMs))
    return 0
  end
  -- What a consumer was given and has not said yet is in `found` too, but not for long.
  found = math.min(found, tonumber(open))
  if nowMs - since < tonumber(settleMs) then
    if found < tonumber(open) then redis.call('HSET', KEYS[2], 'open', string.format('%d', found)) end
    return 0
  end
  redis.call('HINCRBY', KEYS[2], 'accounted', string.format('%d', found))
  redis.call('HINCRBY', KEYS[2], 'possibly_lost', string.format('%d', found))
  redis.call('HDEL', KEYS[2], 'open', 'open_since_ms')
  return found
end
