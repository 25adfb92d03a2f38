-- Part of the scripts that reserve: judges a row, and makes its reservation.

local function countPlan(k, a, windowOk, hour, burst, newest, first, dailyOk, newDay, total, ownMicro, own)
  local window, daily, id, micro = KEYS[k + 1], KEYS[k + 2], ARGV[a + 1], ARGV[a + 3]
  if windowOk then
    if not own and redis.call('ZADD', window, 'NX', ARGV[2], id) == 0 then own, hour, burst = leftOut(window, id, hour, burst) end
    if own then redis.call('ZADD', window, ARGV[2], id) end
    if first and first <= now - $LOOK_BACK_SEC then redis.call('ZREMRANGEBYSCORE', window, '-inf', text(now - $LOOK_BACK_SEC)) end
    -- Once in ten minutes of a symbol's plans, for as much longer.
    if not newest or math.floor(newest / 600) ~= math.floor(now / 600) then
      redis.call('EXPIRE', window, $WINDOW_TTL_SEC)
      if redis.call('ZADD', window, 'NX', ARGV[2], LONG) == 1 then redis.call('ZREM', window, LONG) end
    end
  end
  if dailyOk and (not ownMicro or tonumber(micro) > tonumber(ownMicro)) then
    local sum, part = total + micro, 'p:' .. id
    if newDay then
      redis.call('DEL', daily)
      redis.call('HSET', daily, 'day', day, part, micro, 'total_micro_usd', string.format('%d', sum))
      redis.call('EXPIRE', daily, $DAY_TTL_SEC)
    elseif sum < 2 ^ 53 then -- exact in a double: one command instead of two
      redis.call('HSET', daily, part, micro, 'total_micro_usd', string.format('%d', sum))
    else
      redis.call('HSET', daily, part, micro)
      redis.call('HINCRBY', daily, 'total_micro_usd', string.format('%.0f', micro - (ownMicro or 0)))
    end
  end
  return own, hour, burst
end

-- Marks the reservation as one that is not settled, unless it is settled at once. `before`: the plan was counted before.
local function mark(k, a, before, signedUsd)
  local id = ARGV[a + 1]
  if string.byte(ARGV[a + 4], 4) == 49 then
    if not broken(redis.pcall('HSET', KEYS[k + 3], KEPT, '')) then redis.call('HDEL', KEYS[k + 3], id) end
    return
  end
  -- A key of another type must not keep a plan from its permit: then the reservation does not expire.
  local flying = before and redis.pcall('HGET', KEYS[k + 3], id)
  local open = not before or type(flying) == 'string' and string.sub(flying, -2) == ' ?'
  local marked = text(signedUsd) .. ' ' .. ARGV[2] .. (open and ' ?' or '')
  if not broken(redis.pcall('HSET', KEYS[k + 3], id, marked, KEPT, '')) then
    keepInFlight(KEYS[k + 3])
  end
end

-- The time in a text as `parseNumber` reads it. A longer text is none: its 200 MB in the answer ended the process.
local function timeIn(found)
  if type(found) ~= 'string' or #found > $MAX_NUMBER_CHARS or string.find(found, '[^%d%s.eE+-]') then return nil end
  local at = tonumber(found)
  return at and math.abs(at) < math.huge and at or nil
end

-- The newest last execution that is known, and what its key holds: a text, false for nothing, nil for another type.
local function lastExec(k, elsewhere)
  local known = tonumber(elsewhere)
  local found = hasLastExec and redis.pcall('GET', KEYS[k + 4])
  if type(found) == 'table' then return known, nil end
  if not found or found == elsewhere then return known, found end
  local at = timeIn(found)
  return at and (not known or at > known) and at or known, found
end

local function look(k, a, known, wanted, bound, dayBound, capOk)
  local window, id, own = KEYS[k + 1], ARGV[a + 1], nil
  local windowOk, hour, burst, last, newest, first = readWindow(window, id, known)
  local dailyOk, newDay, total, totalText, ownMicro = readDay(KEYS[k + 2], id)
  local dayUsd = dayBound and total / 1e6 + ARGV[a + 2]
  local allowed = wanted and (not bound or capOk and permitted(windowOk, last, hour, burst, dailyOk, dayUsd))
  if windowOk and not allowed then
    own, hour, burst = leftOut(window, id, hour, burst)
    if own then allowed = wanted and (not bound or capOk and permitted(windowOk, last, hour, burst, dailyOk, dayUsd)) end
  end
  return allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own
end

-- What the windows and what is in flight say of a row's plan, and whether they allow it.
local function judge(k, a)
  local wanted, bound, dayBound = string.byte(ARGV[a + 4], 1, 3)
  wanted, bound, dayBound = wanted == 49, bound == 49, dayBound == 49
  local known, found = lastExec(k, ARGV[a + 5])
  local usdInFlight, signedUsd, capOk = nil, bound and tonumber(ARGV[a + 2]) or 0, true
  if ARGV[a + 7] ~= '' then usdInFlight, signedUsd, capOk = cap(KEYS[k + 3], ARGV[a + 1], ARGV[a + 7], signedUsd) end

  local allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own =
    look(k, a, known, wanted, bound, dayBound, capOk)
  if wanted and capOk and not allowed and takeBack(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3]) then
    allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own =
      look(k, a, known, wanted, bound, dayBound, capOk)
  end
  return allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own, usdInFlight, signedUsd, found
end

local function answer(allowed, windowOk, hour, burst, last, dailyOk, totalText, ownMicro, own, usdInFlight)
  -- Truths instead of numbers: cjson prints a number by way of printf.
  own = own and true or false
  return {
    allowed or own, windowOk, hour, burst, last and text(last) or '', dailyOk, totalText, own or ownMicro and true or false,
    usdInFlight and text(usdInFlight) or '',
  }
end
