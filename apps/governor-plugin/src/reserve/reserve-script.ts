import { defineRowScript } from '@quantum/redis-io';
import { decidedKey } from '@quantum/redis-schemas';
import { BROKEN, DEADLINE, RELEASE_PLAN } from './script-parts.js';

/** The parts of a record's key before and after the plan's id. */
const [RECORD_PREFIX = '', RECORD_SUFFIX = ''] = decidedKey('\0').split('\0');

/**
 * Reads a symbol's windows and, if the enforced limits allow it, reserves the plan's place in them. A row per plan, in order.
 *
 * KEYS  of a row: 1 window (sorted set: plan id -> time), 2 daily (hash: day, total_micro_usd, p:<plan id> -> micro USD),
 *       3 in flight (hash: plan id -> "<signed USD> <time>", with " ?" behind it while the reservation is not settled),
 *       4 last_exec (left out in a Cluster, where it is in another slot)
 * ARGV  of all rows: 2 now, 3 UTC day, 4 cooldown sec, 5 max per hour, 6 max per 5 min, 7 max USD a day (each empty where
 *       not enforced)
 *       of a row: 1 plan id, 2 notional USD, 3 notional in whole micro USD, 4 four flags: "1" to reserve if allowed, "1" if
 *       the limits bind it, "1" if that of the day does, "1" if it is settled at once, 5 last execution known from elsewhere or empty, 6 deadline,
 *       server ms, 7 allocation cap: empty, or JSON [exposure USD, its time or false, target USD or false where not
 *       enforced, sign 1 or -1 or 0 for away from zero]
 * Returns of a row "late" after the deadline, where nothing is done; else {reserved, window readable, hour count, 5 min
 *       count, last execution or "", daily readable, micro USD of the day as text, counted before, USD in flight as text or
 *       "" where no cap was asked}, the plan itself left out of every number
 *
 * Atomic, because a limit holds across replicas only if no one else can count between the look and the mark. Counting
 * is idempotent by plan id. A plan that is counted already, by an attempt that died or by one that goes on at this moment,
 * counts with the larger of their sums: whichever of them gets the permit, no limit is exceeded meanwhile. `SETTLE` makes
 * of it what the permit says. Money is summed in whole micro USD, so that sums are exact in any order. What is ahead of
 * the caller's clock counts, so that limits hold between replicas whose clocks differ.
 * Entries stay for two hours, twice what a window looks back, so that a clock set back finds them again. A daily hash
 * that does not hold what this script writes counts as unreadable.
 * Before limits refuse, reservations that were not settled within 60 s are taken back: their deadline is over, so that no
 * permit can follow from them. One whose plan has a record is kept: it may be the place of a permit, and finishing that
 * record settles or releases it. Records are looked for on one server alone, in a Cluster they are in other slots. A plan that
 * is counted, but not in flight, may be permitted already: it is not marked as open again.
 */
export const RESERVE = defineRowScript(
  `
local now, day = tonumber(ARGV[2]), ARGV[3]
local cooldown, maxHour, maxBurst, maxDay = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
${BROKEN}${DEADLINE}${RELEASE_PLAN}-- Micro USD as this script writes them, 0 where absent; nil for what someone else left there.
local function whole(x)
  if not x then return 0 end
  return string.match(x, '^%d+$') and #x < 19 and tonumber(x) or nil
end
local function text(x) return string.format('%.17g', x) end
local burstStart = text(now - 300)

-- A member of more than 64 bytes makes a skip list of a sorted set, until it is loaded from disk. Up to 128 short ones are
-- a list, which ZADD walks, parsing each score: 5.7 us in a window that grows to 120 plans, and 2.1 us in a skip list.
local LONG = string.rep('-', 65)

-- Entries of so many seconds. Where they are all that is kept, its size is the count: of 60, counting took 5 us, this 1 us.
-- Users of Redis from before had no ZCARD: then it is counted.
local function count(window, kept, first, span)
  if type(kept) == 'number' and first > now - span then return kept end
  return redis.call('ZCOUNT', window, '(' .. text(now - span), '+inf')
end

local function readWindow(window, id, known)
  local latest = redis.pcall('ZREVRANGE', window, 0, 0, 'WITHSCORES')
  if broken(latest) then return false, 0, 0, known end
  local hour, burst, first = 0, 0, nil
  local kept, newest = redis.pcall('ZCARD', window), tonumber(latest[2])
  -- Mostly nothing is older than five minutes, and asking for that is quicker than asking for the oldest.
  local isYoung = not newest or redis.call('ZCOUNT', window, '-inf', burstStart) == 0
  if isYoung and type(kept) == 'number' then
    hour, burst = kept, kept
  elseif newest then
    first = tonumber(redis.call('ZREVRANGE', window, -1, -1, 'WITHSCORES')[2])
    hour, burst = count(window, kept, first, 3600), count(window, kept, first, 300)
  end
  local last = latest[2]
  if latest[1] == id then last = redis.call('ZREVRANGE', window, 1, 1, 'WITHSCORES')[2] end
  if known and (not last or tonumber(known) > tonumber(last)) then last = known end
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
  if at and at > now - 3600 then hour = hour - 1 end
  if at and at > now - 300 then burst = burst - 1 end
  return own, hour, burst
end

local function permitted(windowOk, last, hour, burst, dailyOk, dayUsd)
  return not (
    cooldown and (not windowOk or (last and math.max(0, now - tonumber(last)) < cooldown))
    or maxHour and (not windowOk or hour >= maxHour)
    or maxBurst and (not windowOk or burst >= maxBurst)
    or maxDay and dayUsd and (not dailyOk or dayUsd > maxDay)
  )
end

-- A field that is no plan's keeps the hash while nothing is in flight: while its slot moves, a Cluster refuses scripts of
-- which one key is there and the other is not.
local KEPT = '{}'

-- What is in flight of a symbol, read once a call. Permits of 120 s ago are in every position that counts: they are dropped.
local flights = {}
local function inFlight(key)
  if flights[key] then return flights[key] end
  local flat, gone, flight = redis.pcall('HGETALL', key), {}, {}
  if broken(flat) then return nil end
  for i = 1, #flat, 2 do
    local usd, at, open = string.match(flat[i + 1], '^(%S+) (%S+)( ?%??)$')
    usd, at = tonumber(usd), tonumber(at)
    if flat[i] ~= KEPT then
      if not usd or not at or (open == '' and at <= now - 120) then gone[#gone + 1] = flat[i]
      else flight[flat[i]] = {usd = usd, at = at, open = open ~= ''} end
    end
  end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone, 1, math.min(#gone, 1000))) end
  flights[key] = flight
  return flight
end

local hasLastExec = #KEYS / ARGV[1] == 4
local function isDecided(id)
  return hasLastExec and redis.pcall('EXISTS', '${RECORD_PREFIX}' .. id .. '${RECORD_SUFFIX}') == 1
end

-- Takes back what was reserved 60 s ago and never settled. Answers whether there was any.
local function takeBack(window, daily, key)
  local flight, found = inFlight(key), false
  for id, one in pairs(flight or {}) do
    if one.open and one.at <= now - 60 and not isDecided(id) then
      release(window, daily, key, id)
      flight[id] = nil
      found = true
    end
  end
  return found
end

local function bounded(usd) return math.max(-${Number.MAX_VALUE}, math.min(${Number.MAX_VALUE}, usd)) end

-- USD in flight of other plans that the position cannot contain yet, signed USD of this one, and whether the cap allows it.
-- Nothing where what is in flight cannot be read.
local function cap(key, id, json, notional)
  local exposure, since, target, sign = unpack(cjson.decode(json))
  local flight, sum = inFlight(key), 0
  if not flight then return nil, notional, true end
  for other, one in pairs(flight) do
    local isLive = one.at > now - (one.open and 60 or 120)
    if other ~= id and isLive and (not since or one.at > since) then sum = sum + one.usd end
  end
  sum = bounded(sum)
  local before = bounded(exposure + sum)
  if sign == 0 then sign = before < 0 and -1 or 1 end
  local after = before + sign * notional
  local exceeds = target and math.abs(after) > target * (1 + 1e-9) and math.abs(after) > math.abs(before)
  return sum, sign * notional, not exceeds
end

local function reserve(k, a, windowOk, hour, burst, newest, first, dailyOk, newDay, total, ownMicro, own, signedUsd)
  local window, daily, id, micro = KEYS[k + 1], KEYS[k + 2], ARGV[a + 1], ARGV[a + 3]
  if windowOk then
    if not own and redis.call('ZADD', window, 'NX', ARGV[2], id) == 0 then own, hour, burst = leftOut(window, id, hour, burst) end
    if own then redis.call('ZADD', window, ARGV[2], id) end
    if first and first <= now - 7200 then redis.call('ZREMRANGEBYSCORE', window, '-inf', text(now - 7200)) end
    -- Once in ten minutes of a symbol's plans, for as much longer.
    if not newest or math.floor(newest / 600) ~= math.floor(now / 600) then
      redis.call('EXPIRE', window, 7800)
      if redis.call('ZADD', window, 'NX', ARGV[2], LONG) == 1 then redis.call('ZREM', window, LONG) end
    end
  end
  if dailyOk and (not ownMicro or tonumber(micro) > tonumber(ownMicro)) then
    local sum, part = total + micro, 'p:' .. id
    if newDay then
      redis.call('DEL', daily)
      redis.call('HSET', daily, 'day', day, part, micro, 'total_micro_usd', string.format('%d', sum))
      redis.call('EXPIRE', daily, 172800) -- longer than its day lasts
    elseif sum < 2 ^ 53 then -- exact in a double: one command instead of two
      redis.call('HSET', daily, part, micro, 'total_micro_usd', string.format('%d', sum))
    else
      redis.call('HSET', daily, part, micro)
      redis.call('HINCRBY', daily, 'total_micro_usd', string.format('%.0f', micro - (ownMicro or 0)))
    end
  end
  if string.byte(ARGV[a + 4], 4) == 49 then
    if not broken(redis.pcall('HSET', KEYS[k + 3], KEPT, '')) then redis.call('HDEL', KEYS[k + 3], id) end
    return own, hour, burst
  end
  -- A key of another type must not keep a plan from its permit: then the reservation does not expire.
  local before = (own or ownMicro) and redis.pcall('HGET', KEYS[k + 3], id)
  local open = not (own or ownMicro) or type(before) == 'string' and string.sub(before, -2) == ' ?'
  local mark = text(signedUsd) .. ' ' .. ARGV[2] .. (open and ' ?' or '')
  local flying = redis.pcall('HSET', KEYS[k + 3], id, mark, KEPT, '')
  if not broken(flying) then
    redis.call('EXPIRE', KEYS[k + 3], 172800)
    if flights[KEYS[k + 3]] then flights[KEYS[k + 3]][id] = {usd = signedUsd, at = now, open = open} end
  end
  return own, hour, burst
end

local function lastExec(k, elsewhere)
  local known = elsewhere ~= '' and elsewhere or nil
  local found = hasLastExec and redis.pcall('GET', KEYS[k + 4])
  if type(found) == 'string' and tonumber(found) and (not known or tonumber(found) > tonumber(known)) then return found end
  return known
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

local function row(k, a)
  if isLate(ARGV[a + 6]) then return 'late' end
  local wanted, bound, dayBound = string.byte(ARGV[a + 4], 1, 3)
  wanted, bound, dayBound = wanted == 49, bound == 49, dayBound == 49
  local known = lastExec(k, ARGV[a + 5])
  local usdInFlight, signedUsd, capOk = nil, bound and tonumber(ARGV[a + 2]) or 0, true
  if ARGV[a + 7] ~= '' then usdInFlight, signedUsd, capOk = cap(KEYS[k + 3], ARGV[a + 1], ARGV[a + 7], signedUsd) end

  local allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own =
    look(k, a, known, wanted, bound, dayBound, capOk)
  if wanted and capOk and not allowed and takeBack(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3]) then
    allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own =
      look(k, a, known, wanted, bound, dayBound, capOk)
  end
  if allowed then
    own, hour, burst =
      reserve(k, a, windowOk, hour, burst, newest, first, dailyOk, newDay, total, ownMicro, own, signedUsd)
  end
  -- Truths instead of numbers: cjson prints a number by way of printf.
  own = own and true or false
  return {
    allowed or own, windowOk, hour, burst, last or '', dailyOk, totalText, own or ownMicro and true or false,
    usdInFlight and text(usdInFlight) or '',
  }
end
`,
  7,
  25, // of 50, a call took 0.5 to 1.2 ms on the server
);
