-- Part of reserve.lua: what is in flight of a symbol, and the cap on it. libs/risk-gates judges the same cap
-- (src/windows.ts says why). TypeScript fills in the names that begin with $: its lengths, and what is before and after
-- the plan id in the key of a record.

-- A field that is no plan's keeps the hash while nothing is in flight: while its slot moves, a Cluster refuses scripts
-- of which one key is there and the other is not.
local KEPT = '{}'

-- What is in flight of a symbol, read once a call. Permits of 120 s ago are in every position that counts: they are
-- dropped.
local flights = {}
local function inFlight(key)
  if flights[key] then return flights[key] end
  local flat, gone, flight = redis.pcall('HGETALL', key), {}, {}
  if broken(flat) then return nil end
  for i = 1, #flat, 2 do
    local usd, at, open = string.match(flat[i + 1], '^(%S+) (%S+)( ?%??)$')
    usd, at = tonumber(usd), tonumber(at)
    if flat[i] ~= KEPT then
      if not usd or not at or (open == '' and at <= now - $IN_FLIGHT_SEC) then gone[#gone + 1] = flat[i]
      else flight[flat[i]] = {usd = usd, at = at, open = open ~= ''} end
    end
  end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone, 1, math.min(#gone, 1000))) end
  flights[key] = flight
  return flight
end

local hasLastExec = #KEYS / ARGV[1] >= 4
local function isDecided(id)
  return hasLastExec and redis.pcall('EXISTS', '$RECORD_PREFIX' .. id .. '$RECORD_SUFFIX') == 1
end

-- Takes back what was reserved 60 s ago and never settled. Answers whether there was any.
local function takeBack(window, daily, key)
  local flight, found = inFlight(key), false
  for id, one in pairs(flight or {}) do
    if one.open and one.at <= now - $UNSETTLED_SEC and not isDecided(id) then
      release(window, daily, key, id)
      flight[id] = nil
      found = true
    end
  end
  return found
end

local function bounded(usd) return math.max(-1.7976931348623157e+308, math.min(1.7976931348623157e+308, usd)) end

-- USD in flight of other plans that the position cannot contain yet, signed USD of this one, and whether the cap allows
-- it. Nothing where what is in flight cannot be read.
local function cap(key, id, json, notional)
  local exposure, since, target, sign = unpack(cjson.decode(json))
  local flight, sum = inFlight(key), 0
  if not flight then return nil, notional, true end
  for other, one in pairs(flight) do
    local isLive = one.at > now - (one.open and $UNSETTLED_SEC or $IN_FLIGHT_SEC)
    if other ~= id and isLive and (not since or one.at > since) then sum = sum + one.usd end
  end
  sum = bounded(sum)
  local before = bounded(exposure + sum)
  if sign == 0 then sign = before < 0 and -1 or 1 end
  local after = before + sign * notional
  local exceeds = target and math.abs(after) > target * (1 + $TOLERANCE) and math.abs(after) > math.abs(before)
  return sum, sign * notional, not exceeds
end
