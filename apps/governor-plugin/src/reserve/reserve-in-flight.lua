-- Part of reserve.lua: what is in flight of a symbol, and the cap on it. libs/risk-gates judges the same cap
-- (src/windows.ts says why). TypeScript fills in the names that begin with $: its lengths, and what is before and after
-- the plan id in the key of a record.

-- A field that is no plan's keeps the hash while nothing is in flight: while its slot moves, a Cluster refuses scripts
-- with one of its two keys only.
local KEPT = '{}'

-- USD, time and whether it is open, of what is written for a plan; nothing of what someone else left there.
local function parsed(value)
  local space, open = string.find(value, ' ', 1, true), string.byte(value, -1) == 63
  if not space then return nil end
  return tonumber(string.sub(value, 1, space - 1)), tonumber(string.sub(value, space + 1, open and -3 or -1)), open
end

-- Shows what is in flight of a symbol, plan by plan; false where that cannot be read. Permits of 120 s ago are in every position
-- that counts: they are dropped. Plans are parsed one by one, without a table of them: a symbol may have many.
local function inFlight(key, visit)
  local flat, gone = redis.pcall('HGETALL', key), {}
  if broken(flat) then return false end
  for i = 1, #flat, 2 do
    local id = flat[i]
    if id ~= KEPT then
      local usd, at, open = parsed(flat[i + 1])
      if not usd or not at or (not open and at <= now - $IN_FLIGHT_SEC) then gone[#gone + 1] = id
      else visit(id, usd, at, open) end
    end
  end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone, 1, math.min(#gone, 1000))) end
  return true
end

-- Keys that a plan of the same ten minutes was written to: their time to live is renewed once in ten minutes.
local renewed, tenMinutes = {}, math.floor(now / 600)
local function keepInFlight(key)
  if not renewed[key] then redis.call('EXPIRE', key, $DAY_TTL_SEC) end
  renewed[key] = true
end

local hasLastExec = #KEYS / ARGV[1] >= 4
local function isDecided(id)
  return hasLastExec and redis.pcall('EXISTS', '$RECORD_PREFIX' .. id .. '$RECORD_SUFFIX') == 1
end

-- Takes back what was reserved 60 s ago and never settled. Answers whether there was any.
local function takeBack(window, daily, key)
  local found = false
  inFlight(key, function(id, _, at, open)
    if open and at <= now - $UNSETTLED_SEC and not isDecided(id) then
      release(window, daily, key, id)
      found = true
    end
  end)
  return found
end

local function bounded(usd) return math.max(-1.7976931348623157e+308, math.min(1.7976931348623157e+308, usd)) end

-- USD in flight of other plans that the position cannot contain yet, signed USD of this one, and whether the cap allows
-- it. Nothing where what is in flight cannot be read.
local function cap(key, id, json, notional)
  local exposure, since, target, sign = unpack(cjson.decode(json))
  local sum = 0
  local isReadable = inFlight(key, function(other, usd, at, open)
    if other == id then return end
    if math.floor(at / 600) == tenMinutes then renewed[key] = true end
    if at > now - (open and $UNSETTLED_SEC or $IN_FLIGHT_SEC) and (not since or at > since) then sum = sum + usd end
  end)
  if not isReadable then return nil, notional, true end
  sum = bounded(sum)
  local before = bounded(exposure + sum)
  if sign == 0 then sign = before < 0 and -1 or 1 end
  local after = before + sign * notional
  local exceeds = target and math.abs(after) > target * (1 + $TOLERANCE) and math.abs(after) > math.abs(before)
  return sum, sign * notional, not exceeds
end
