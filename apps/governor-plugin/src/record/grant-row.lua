-- Part of grant.lua: the row.

-- A number as JSON.stringify writes it; nothing where that takes an exponent.
local function number(x)
  for digits = 15, 17 do
    local written = string.format('%.' .. digits .. 'g', x)
    if tonumber(written) == x then return not string.find(written, '[^%d.-]') and written or nil end
  end
end

-- The windows as the last value of a record.
local function windowsJson(hour, burst, last, totalText, usdInFlight)
  local at = 'null'
  if last then at = string.match(last, '^%d+%.?%d*$') and number(tonumber(last)) end
  local day, flying = number(totalText / 1e6), usdInFlight and number(usdInFlight)
  if not at or not day or usdInFlight and not flying then return nil end
  return ',"windows":[' .. at .. ',' .. hour .. ',' .. burst .. ',' .. day .. (flying and ',' .. flying or '') .. ']}'
end

local function record(k, a, json)
  redis.call('SET', KEYS[k + 5], json, 'EX', recordTtl)
  redis.call('SET', KEYS[k + 6], ARGV[a + 9], 'EX', permitTtl)
end

-- What is in flight of a plan that is counted with its permit: `usd` where a target binds it.
local function settleAtOnce(key, id, before, usd)
  if usd then
    redis.call('HSET', key, id, text(usd) .. ' ' .. ARGV[2])
    redis.call('EXPIRE', key, 172800)
    flights[key][id] = {usd = usd, at = now, open = false}
  elseif before then
    settle(key, id, '')
  end
end

local function row(k, a)
  local json = ARGV[a + 8]
  if json ~= '' then
    local existing = redis.call('EXISTS', KEYS[k + 5], KEYS[k + 6]) > 0
    if existing then
      local found = redis.call('GET', KEYS[k + 5])
      if found then return {found} end
      return foreign(KEYS[k + 5], json .. '}')
    end
    if changed then return {'changed'} end
  end
  if isLate(ARGV[a + 6]) then return 'late' end

  local allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own, usdInFlight, signedUsd, found =
    judge(k, a)
  if allowed then
    own, hour, burst = count(k, a, windowOk, hour, burst, newest, first, dailyOk, newDay, total, ownMicro, own)
  end
  local before = own or ownMicro
  local windows = allowed and json ~= '' and windowOk and dailyOk and windowsJson(hour, burst, last, totalText, usdInFlight)
  if not windows then
    if allowed then mark(k, a, before, signedUsd) end
    return answer(allowed, windowOk, hour, burst, last, dailyOk, totalText, ownMicro, own, usdInFlight)
  end
  local ok, err = pcall(record, k, a, json .. windows)
  if not ok then
    if not before then release(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], ARGV[a + 1]) end
    error(err)
  end
  settleAtOnce(KEYS[k + 3], ARGV[a + 1], before, usdInFlight and signedUsd)
  local stamped, reply = pcall(stamp, KEYS[k + 4], decidedAt, stampTtl, found)
  return {
    'granted', stamped or {err = type(reply) == 'table' and reply.err or tostring(reply)}, hour, burst, last or '', totalText,
    before and true or false, usdInFlight and text(usdInFlight) or '',
  }
end
