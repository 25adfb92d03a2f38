import { defineRowScript, defineScript } from '@quantum/redis-io';

/** Tells a key that the server refuses as such from an error that may pass, which is raised. */
const BROKEN = `local function broken(reply)
  if type(reply) ~= 'table' or not reply.err then return false end
  if string.find(reply.err, 'WRONGTYPE', 1, true) or string.find(reply.err, 'NOPERM', 1, true) then return true end
  error(reply.err)
end
`;

/**
 * Reads a symbol's windows and, if the enforced limits allow it, counts the plan in them. A row a plan, in their order.
 *
 * KEYS  of a row: 1 window (sorted set: plan id -> time), 2 daily (hash: day, total_micro_usd, p:<plan id> -> micro USD)
 * ARGV  of all rows: 1 now, 2 UTC day, 3 cooldown sec, 4 max per hour, 5 max per 5 min, 6 max USD a day (each empty where
 *       not enforced)
 *       of a row: 1 plan id, 2 notional USD, 3 notional in whole micro USD, 4 three flags: "1" to reserve if allowed, "1" if
 *       the limits bind it, "1" if that of the day does, 5 last execution known from elsewhere or empty
 * Returns of a row {reserved, window readable, hour count, 5 min count, last execution or "", daily readable, micro USD of
 *       the day as text, counted before}, the plan itself left out of every number
 *
 * Atomic, because a limit holds across replicas only if no one else can count between the look and the mark. Counting
 * is idempotent by plan id. A plan that is counted already, by an attempt that died or by one that goes on at this moment,
 * counts with the larger of their sums: whichever of them gets the permit, no limit is exceeded meanwhile. `SETTLE` makes
 * of it what the permit says. Money is summed in whole micro USD, so that sums are exact in any order.
 * Entries stay for two hours, twice what a window looks back, so that a clock set back finds them again. A daily hash
 * that does not hold what this script writes counts as unreadable.
 */
export const RESERVE = defineRowScript(
  `
local now, day = tonumber(ARGV[2]), ARGV[3]
local cooldown, maxHour, maxBurst, maxDay = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
${BROKEN}-- Micro USD as this script writes them, 0 where absent; nil for what someone else left there.
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
local function count(window, kept, newest, first, span)
  if type(kept) == 'number' and newest <= now and first > now - span then return kept end
  return redis.call('ZCOUNT', window, '(' .. text(now - span), ARGV[2])
end

-- The plan's own time in the window, and the counts without it. Few plans have been counted before, so this is asked
-- only where it can matter.
local function leftOut(window, id, hour, burst)
  local own = redis.call('ZSCORE', window, id)
  local at = own and tonumber(own)
  if at and at <= now and at > now - 3600 then hour = hour - 1 end
  if at and at <= now and at > now - 300 then burst = burst - 1 end
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

local function row(k, a)
  local window, daily = KEYS[k + 1], KEYS[k + 2]
  local id, micro, elsewhere = ARGV[a + 1], ARGV[a + 3], ARGV[a + 5]
  local wanted, bound, dayBound = string.byte(ARGV[a + 4], 1, 3)
  wanted, bound, dayBound = wanted == 49, bound == 49, dayBound == 49

  local latest = redis.pcall('ZREVRANGE', window, 0, 0, 'WITHSCORES')
  local windowOk = not broken(latest)
  local hour, burst, last, newest, first, own = 0, 0, nil, nil, nil, nil
  if windowOk then
    local kept = redis.pcall('ZCARD', window)
    newest = tonumber(latest[2])
    -- Mostly nothing is older than five minutes, and asking for that is quicker than asking for the oldest.
    local isYoung = not newest or newest <= now and redis.call('ZCOUNT', window, '-inf', burstStart) == 0
    if isYoung and type(kept) == 'number' then
      hour, burst = kept, kept
    elseif newest then
      first = tonumber(redis.call('ZREVRANGE', window, -1, -1, 'WITHSCORES')[2])
      hour, burst = count(window, kept, newest, first, 3600), count(window, kept, newest, first, 300)
    end
    last = latest[2]
    if latest[1] == id then last = redis.call('ZREVRANGE', window, 1, 1, 'WITHSCORES')[2] end
  end
  if elsewhere ~= '' and (not last or tonumber(elsewhere) > tonumber(last)) then last = elsewhere end

  local part = 'p:' .. id
  local held = redis.pcall('HMGET', daily, 'day', 'total_micro_usd', part)
  local dailyOk = not broken(held)
  local newDay, total, totalText, ownMicro = true, 0, '0', false
  if dailyOk and held[1] and held[1] ~= day and not string.match(held[1], '^%d%d%d%d%-%d%d%-%d%d$') then dailyOk = false end
  if dailyOk then
    newDay = not held[1] or held[1] < day
    if not newDay then
      ownMicro = held[3]
      local sum, own = whole(held[2]), whole(ownMicro)
      dailyOk = sum ~= nil and own ~= nil
      if dailyOk then
        total = sum - own
        totalText = ownMicro and string.format('%d', total) or held[2] or '0'
      end
    end
  end
  local dayUsd = dayBound and total / 1e6 + tonumber(ARGV[a + 2])

  local allowed = wanted and (not bound or permitted(windowOk, last, hour, burst, dailyOk, dayUsd))
  if windowOk and not allowed then
    own, hour, burst = leftOut(window, id, hour, burst)
    if own then allowed = wanted and (not bound or permitted(windowOk, last, hour, burst, dailyOk, dayUsd)) end
  end

  if allowed then
    if windowOk then
      if not own and redis.call('ZADD', window, 'NX', ARGV[2], id) == 0 then
        own, hour, burst = leftOut(window, id, hour, burst)
      end
      if own then redis.call('ZADD', window, ARGV[2], id) end
      if first and first <= now - 7200 then redis.call('ZREMRANGEBYSCORE', window, '-inf', text(now - 7200)) end
      -- Once in ten minutes of a symbol's plans, for as much longer.
      if not newest or math.floor(newest / 600) ~= math.floor(now / 600) then
        redis.call('EXPIRE', window, 7800)
        if redis.call('ZADD', window, 'NX', ARGV[2], LONG) == 1 then redis.call('ZREM', window, LONG) end
      end
    end
    if dailyOk and (not ownMicro or tonumber(micro) > tonumber(ownMicro)) then
      local sum = total + micro
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
  end
  -- Truths instead of numbers: cjson prints a number by way of printf.
  own = own and true or false
  return {allowed or own, windowOk, hour, burst, last or '', dailyOk, totalText, own or ownMicro and true or false}
end
`,
  5,
  25, // of 50, a call took 0.5 to 1.2 ms on the server
);

/**
 * Takes a plan out of its symbol's windows again.
 *
 * KEYS  1 window, 2 daily, as for reserving
 * ARGV  1 plan id
 * Returns 1 if it was counted, else 0
 *
 * A key of another type holds no place: it is left alone, and does not keep the other from being tidied; nor does a
 * total that is no whole number.
 *
 * Atomic, because the day's total and the plan's part of it must never disagree.
 */
export const RELEASE = defineScript(`
${BROKEN}
local counted = redis.pcall('ZREM', KEYS[1], ARGV[1])
if broken(counted) then counted = 0 end
local own = redis.pcall('HGET', KEYS[2], 'p:' .. ARGV[1])
if broken(own) then own = false end
if own then
  redis.call('HDEL', KEYS[2], 'p:' .. ARGV[1])
  if own ~= '0' then redis.pcall('HINCRBY', KEYS[2], 'total_micro_usd', '-' .. own) end
end
return (counted == 1 or own) and 1 or 0
`);

/**
 * Makes what is counted of a plan what its permit says, where attempts counted it with different sums or times.
 *
 * KEYS  1 window, 2 daily, as for reserving
 * ARGV  1 plan id, 2 time of the decision, 3 notional in whole micro USD
 * Returns 1 if the day's sum was changed, else 0
 *
 * Counts nothing that is not counted: what was pruned, or is of a day that is over, stays so. Keys that hold something
 * else are left alone.
 *
 * Atomic, because the day's total and the plan's part of it must never disagree.
 */
export const SETTLE = defineScript(`
${BROKEN}
if not broken(redis.pcall('ZADD', KEYS[1], 'XX', ARGV[2], ARGV[1])) then
  redis.call('EXPIRE', KEYS[1], 7800) -- for reserving, the time of the newest entry says when this was done
end
local own = redis.pcall('HGET', KEYS[2], 'p:' .. ARGV[1])
if broken(own) or not own or own == ARGV[3] or not string.match(own, '^%d+$') then return 0 end
redis.call('HSET', KEYS[2], 'p:' .. ARGV[1], ARGV[3])
redis.pcall('HINCRBY', KEYS[2], 'total_micro_usd', string.format('%.0f', ARGV[3] - own))
return 1
`);
