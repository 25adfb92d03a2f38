-- Reads epoch, state, lease and multipliers of a rollout.
--
-- KEYS  1 epoch, 2 state, 3 lease, then multipliers
-- Returns the time of the server, epoch, state and cycle, lease; then of each multiplier its fields and when it expires,
--         ms. What cannot be read is an empty list
--
-- Atomic, because all must be of one moment, and a Redis that is out of memory takes no transaction.
--
-- Deadline: none. It only reads.

local found = {redis.call('TIME'), redis.pcall('GET', KEYS[1]), redis.pcall('HMGET', KEYS[2], 'state', 'cycle'), redis.pcall('GET', KEYS[3])}
for i = 4, #KEYS do
  found[#found + 1] = redis.pcall('HGETALL', KEYS[i])
  found[#found + 1] = redis.pcall('PEXPIRETIME', KEYS[i])
end
for i, one in ipairs(found) do if type(one) == 'table' and one.err then found[i] = {} end end
return found
