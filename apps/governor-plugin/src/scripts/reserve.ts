import { defineScript } from '@quantum/redis-io';

/** Tells a key that the server refuses as such from an error that may pass, which is raised. */
const BROKEN = `local function broken(reply)
  if type(reply) ~= 'table' or not reply.err then return false end
  if string.find(reply.err, 'WRONGTYPE', 1, true) or string.find(reply.err, 'NOPERM', 1, true) then return true end
  error(reply.err)
end
`;

/**
 * Reads a symbol's windows and, if the enforced limits allow it, counts the plan in them.
 *
 * KEYS  1 window (sorted set: plan id -> time), 2 daily (hash: day, total_micro_usd, p:<plan id> -> micro USD)
 * ARGV  1 plan id, 2 now, 3 UTC day, 4 notional USD, 5 notional in whole micro USD, 6 "1" to reserve if allowed,
 *       7 cooldown sec, 8 max per hour, 9 max per 5 min, 10 max USD a day (each empty where not enforced),
 *       11 last execution known from elsewhere or empty
 * Returns {reserved 0|1, window readable 0|1, hour count, 5 min count, last execution or "", daily readable 0|1, day USD},
 *       the plan itself left out of every number
 *
 * Atomic, because a limit holds across replicas only if no one else can count between the look and the mark. Counting
 * is idempotent by plan id. A plan whose first attempt died before its record stood is counted when and with what it is
 * tried again, for that is what its permit says. Money is summed in whole micro USD, so that sums are exact in any order.
 * Entries stay for two hours, twice what a window looks back, so that a clock set back finds them again. A daily hash
 * that does not hold what this script writes counts as unreadable.
 */
export const RESERVE = defineScript(`
local id, now = ARGV[1], tonumber(ARGV[2])
${BROKEN}-- Micro USD as this script writes them, 0 where absent; nil for what someone else left there.
local function whole(x)
  if not x then return 0 end
  return string.match(x, '^%d+$') and #x < 19 and tonumber(x) or nil
end
local function text(x) return string.format('%.17g', x) end

local own = redis.pcall('ZSCORE', KEYS[1], id)
local windowOk = not broken(own)
local hour, burst, last = 0, 0, nil
if windowOk then
  local ownTime = own and tonumber(own)
  local function count(span)
    local n = redis.call('ZCOUNT', KEYS[1], '(' .. text(now - span), ARGV[2])
    if ownTime and ownTime > now - span and ownTime <= now then n = n - 1 end
    return n
  end
  hour, burst = count(3600), count(300)
  local latest = redis.call('ZREVRANGE', KEYS[1], 0, 1, 'WITHSCORES')
  last = latest[1] ~= id and latest[2] or latest[4]
end
if ARGV[11] ~= '' and (not last or tonumber(ARGV[11]) > tonumber(last)) then last = ARGV[11] end

local daily = redis.pcall('HMGET', KEYS[2], 'day', 'total_micro_usd', 'p:' .. id)
local dailyOk = not broken(daily)
local newDay, total, ownMicro = true, 0, false
if dailyOk and daily[1] and not string.match(daily[1], '^%d%d%d%d%-%d%d%-%d%d$') then dailyOk = false end
if dailyOk then
  newDay = not daily[1] or daily[1] < ARGV[3]
  if not newDay then
    ownMicro = daily[3]
    local sum, part = whole(daily[2]), whole(ownMicro)
    dailyOk = sum ~= nil and part ~= nil
    if dailyOk then total = sum - part end
  end
end

local counted = windowOk and own
local allowed = ARGV[6] == '1'
if ARGV[7] ~= '' and (not windowOk or (last and math.max(0, now - tonumber(last)) < tonumber(ARGV[7]))) then allowed = false end
if ARGV[8] ~= '' and (not windowOk or hour >= tonumber(ARGV[8])) then allowed = false end
if ARGV[9] ~= '' and (not windowOk or burst >= tonumber(ARGV[9])) then allowed = false end
if ARGV[10] ~= '' and (not dailyOk or total / 1e6 + tonumber(ARGV[4]) > tonumber(ARGV[10])) then allowed = false end

if allowed then
  if windowOk then
    redis.call('ZADD', KEYS[1], ARGV[2], id)
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - 7200))
    redis.call('EXPIRE', KEYS[1], 7200)
  end
  if dailyOk and ownMicro ~= ARGV[5] then
    if newDay then
      redis.call('DEL', KEYS[2])
      redis.call('HSET', KEYS[2], 'day', ARGV[3])
    end
    redis.call('HSET', KEYS[2], 'p:' .. id, ARGV[5])
    redis.call('HINCRBY', KEYS[2], 'total_micro_usd', string.format('%.0f', ARGV[5] - (ownMicro or 0)))
    redis.call('EXPIRE', KEYS[2], 172800)
  end
end
return {
  (allowed or counted) and 1 or 0,
  windowOk and 1 or 0, hour, burst, last or '',
  dailyOk and 1 or 0, text(total / 1e6),
}
`);

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
