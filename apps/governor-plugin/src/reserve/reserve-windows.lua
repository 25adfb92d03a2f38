-- Part of reserve.lua: reads the windows of a symbol, and holds them to the limits. libs/risk-gates judges the same
-- limits (src/windows.ts says why), and gives the lengths that TypeScript fills in for names that begin with $.

-- Micro USD as this script writes them, 0 where absent; nil for what someone else left there.
local function whole(x)
  if not x then return 0 end
  return #x < 19 and string.match(x, '^%d+$') and tonumber(x) or nil
end
local function text(x) return string.format('%.17g', x) end
local burstStart = text(now - $BURST_SEC)

-- A member of more than 64 bytes makes a skip list of a sorted set, until it is loaded from disk. Up to 128 short ones
-- are a list, which ZADD walks, parsing each score: 5.7 us in a window that grows to 120 plans, and 2.1 us in a skip
-- list.
local LONG = string.rep('-', 65)

-- Entries of this many seconds. Where they are all that is kept, its size is the count: of 60, counting took 5 us, this 1
-- us. Users of Redis from before had no ZCARD: then it is counted.
local function count(window, kept, first, span)
  if type(kept) == 'number' and first > now - span then return kept end
  return redis.call('ZCOUNT', window, '(' .. text(now - span), '+inf')
end

-- The member at a place from the newest on and its time, as RESP3 has it: printed with 17 digits and read again, a time took 1 us.
local function newestAt(window, place)
  redis.setresp(3)
  local found = redis.pcall('ZREVRANGE', window, place, place, 'WITHSCORES')
  redis.setresp(2)
  if broken(found) then return nil, nil, true end
  if found[1] then return found[1][1], found[1][2].double end
end

-- Answers: readable, permits of the hour and of five minutes, last execution, newest time, oldest where it was asked.
local function readWindow(window, id, known)
  local hour, burst, first = 0, 0, nil
  local latest, newest, isBroken = newestAt(window, 0)
  if isBroken then return false, 0, 0, known end
  local kept = redis.pcall('ZCARD', window)
  -- Mostly nothing is older than five minutes, and asking for that is quicker than asking for the oldest.
  local isYoung = not newest or redis.call('ZCOUNT', window, '-inf', burstStart) == 0
  if isYoung and type(kept) == 'number' then
    hour, burst = kept, kept
  elseif newest then
    first = select(2, newestAt(window, -1))
    hour, burst = count(window, kept, first, $HOUR_SEC), count(window, kept, first, $BURST_SEC)
  end
  local last = newest
  if latest == id then last = select(2, newestAt(window, 1)) end
  if known and (not last or known > last) then last = known end
  return true, hour, burst, last, newest, first
end

-- Answers: readable, whether the day is a new one, micro USD of the others, the same as text, the plan's own.
local function readDay(daily, id)
  local held = redis.pcall('HMGET', daily, 'day', 'total_micro_usd', 'p:' .. id)
  if broken(held) then return false, true, 0, '0', false end
  if held[1] and held[1] ~= day and not string.match(held[1], '^%d%d%d%d%-%d%d%-%d%d$') then return false, true, 0, '0', false end
  if not held[1] or held[1] < day then return true, true, 0, '0', false end
  local sum, own = whole(held[2]), whole(held[3])
  if not sum or not own then return false, false, 0, '0', held[3] end
  return true, false, sum - own, held[3] and string.format('%d', sum - own) or held[2] or '0', held[3]
end

-- The plan's own time in the window, and the counts without it. Few plans have been counted before, so this is asked
-- only where it can matter.
local function leftOut(window, id, hour, burst)
  local own = redis.call('ZSCORE', window, id)
  local at = own and tonumber(own)
  if at and at > now - $HOUR_SEC then hour = hour - 1 end
  if at and at > now - $BURST_SEC then burst = burst - 1 end
  return own, hour, burst
end

local function permitted(windowOk, last, hour, burst, dailyOk, dayUsd)
  return not (
    cooldown and (not windowOk or (last and math.max(0, now - last) < cooldown))
    or maxHour and (not windowOk or hour >= maxHour)
    or maxBurst and (not windowOk or burst >= maxBurst)
    or maxDay and dayUsd and (not dailyOk or dayUsd > maxDay)
  )
end
