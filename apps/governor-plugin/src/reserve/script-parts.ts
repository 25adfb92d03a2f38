/** Lua that several scripts share. */

/** Tells a key that the server itself refuses from an error that may pass, which is raised. */
export const BROKEN = `local function broken(reply)
  if type(reply) ~= 'table' or not reply.err then return false end
  if string.find(reply.err, 'WRONGTYPE', 1, true) or string.find(reply.err, 'NOPERM', 1, true) then return true end
  error(reply.err)
end
`;

/** Whether the server's clock is past a time in milliseconds. */
export const DEADLINE = `local serverTime = redis.call('TIME')
local serverMs = serverTime[1] * 1000 + serverTime[2] / 1000
local function isLate(deadlineMs) return serverMs > tonumber(deadlineMs) end
`;

/**
 * Takes a plan out of its symbol's windows. Answers whether it was counted. A key of another type holds no place: it is left
 * alone, and does not keep the others from being tidied; nor does a total that is no whole number. Needs `BROKEN`.
 */
export const RELEASE_PLAN = `local function release(window, daily, flight, id)
  local counted = redis.pcall('ZREM', window, id)
  if broken(counted) then counted = 0 end
  broken(redis.pcall('HDEL', flight, id))
  local own = redis.pcall('HGET', daily, 'p:' .. id)
  if broken(own) then own = false end
  if own then
    redis.call('HDEL', daily, 'p:' .. id)
    if own ~= '0' then redis.pcall('HINCRBY', daily, 'total_micro_usd', '-' .. own) end
  end
  return counted == 1 or own
end
`;
