-- Part of grant.lua: the row.

-- A number as JSON.stringify writes it; nothing where that takes an exponent.
local function number(x)
  if x % 1 == 0 and x > -1e15 and x < 1e15 then return string.format('%d', x) end
  for digits = 15, 17 do
    local written = string.format('%.' .. digits .. 'g', x)
    if tonumber(written) == x then return not string.find(written, '[^%d.-]') and written or nil end
  end
end

-- The windows as a record has them.
local function windowsJson(hour, burst, last, totalText, usdInFlight)
  local at = last and number(last) or not last and 'null'
  local day, flying = number(totalText / 1e6), usdInFlight and number(usdInFlight)
  if not at or not day or usdInFlight and not flying then return nil end
  return '[' .. at .. ',' .. hour .. ',' .. burst .. ',' .. day .. (flying and ',' .. flying or '') .. ']'
end

-- Sets record and permit. Answers what keeps it from that, if anything does.
local function record(k, a, json)
  if not redis.call('SET', KEYS[k + 5], json, 'NX', 'EX', recordTtl) then return {redis.call('GET', KEYS[k + 5])} end
  if redis.call('SET', KEYS[k + 6], ARGV[a + 9], 'NX', 'EX', permitTtl) then return nil end
  redis.call('DEL', KEYS[k + 5])
  return foreign(KEYS[k + 5], json)
end

-- What is in flight of a plan that is counted with its permit: `usd` where a target binds it.
local function settleAtOnce(key, id, before, usd, usdText)
  if usd then
    redis.call('HSET', key, id, (usd < 0 and '-' or '') .. usdText .. ' ' .. ARGV[2])
    keepInFlight(key)
  elseif before then
    settle(key, id, '')
  end
end

local function row(k, a)
  local json = ARGV[a + 8]
  if json ~= '' and changed then return {redis.call('GET', KEYS[k + 5]) or 'changed'} end
  if isLate(ARGV[a + 6]) then return 'late' end

  local allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own, usdInFlight, signedUsd, found =
    judge(k, a)
  if allowed then
    own, hour, burst = countPlan(k, a, windowOk, hour, burst, newest, first, dailyOk, newDay, total, ownMicro, own)
  end
  local before = own or ownMicro
  local windows = allowed and json ~= '' and windowOk and dailyOk and windowsJson(hour, burst, last, totalText, usdInFlight)
  if not windows then
    if allowed then mark(k, a, before, signedUsd) end
    return answer(allowed, windowOk, hour, burst, last, dailyOk, totalText, ownMicro, own, usdInFlight)
  end
  local ok, other = pcall(record, k, a, json .. ',"windows":' .. windows .. '}')
  if other and not before then release(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], ARGV[a + 1]) end
  if not ok then error(other) end
  if other then return other end
  settleAtOnce(KEYS[k + 3], ARGV[a + 1], before, usdInFlight and signedUsd, ARGV[a + 2])
  local stamped, reply = pcall(stamp, KEYS[k + 4], decidedAt, stampTtl, found)
  return {
    'granted', stamped or {err = type(reply) == 'table' and reply.err or tostring(reply)}, windows, before and true or false,
  }
end
