#!lua
-- Returns the shards that this process holds from now on. It renews the leases that it still holds and claims free
-- ones, up to its fair share, ceil(shards / live processes). It releases the leases beyond that, highest shard first.
--
-- KEYS  1 counter of leases, 2 instance registry, then the lease of each shard, then the last published cycle of each
-- ARGV  1 process, 2 lease time (ms), then the token held of each shard, empty for none
-- Returns {'other', member} if live processes use another number of shards: then nothing is held. Else {'ok', then for
--         each shard the token, '' (another process's) or 'released', then for each shard the last published cycle,
--         or ''}
--
-- Atomic, because two processes that saw the same free lease would both claim it.
--
-- Deadline: none. A lease of more than 60000 ms is not ours, or the server's clock stepped back: it counts as free, and
-- a registry member with more than that as expired.
--
-- When Redis is out of memory, it refuses a script with this first line as a whole. Without it, a script may go on once
-- it has written.

local process, leaseMs = ARGV[1], ARGV[2]
local shards = (#KEYS - 2) / 2
local function keep(key, kind) -- a key of another type is not ours
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', key) end
end
keep(KEYS[1], 'string')
keep(KEYS[2], 'zset')
if not string.match(redis.call('GET', KEYS[1]) or '0', '^%d+$') then redis.call('DEL', KEYS[1]) end

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%d', nowMs))
redis.call('ZREMRANGEBYSCORE', KEYS[2], string.format('%d', nowMs + 60000), '+inf')
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if tonumber(string.match(member, '^(%d+):')) ~= shards then return {'other', member} end
end
redis.call('ZADD', KEYS[2], string.format('%d', nowMs + leaseMs), shards .. ':' .. process)

local fairShare = math.ceil(shards / redis.call('ZCARD', KEYS[2]))
local held, answer = 0, {'ok'}
for i = 1, shards do
  local key, token = KEYS[2 + i], ARGV[2 + i]
  keep(key, 'string')
  answer[1 + i] = ''
  if token ~= '' and redis.call('GET', key) == token then
    if held < fairShare then
      held = held + 1
      answer[1 + i] = token
      redis.call('PEXPIRE', key, leaseMs)
    else
      answer[1 + i] = 'released'
      redis.call('DEL', key)
    end
  end
end
for i = 1, shards do
  local key = KEYS[2 + i]
  if held < fairShare and answer[1 + i] == '' then
    local leftMs = redis.call('PTTL', key)
    if leftMs < 0 or leftMs > 60000 then
      held = held + 1
      answer[1 + i] = redis.call('INCR', KEYS[1]) .. ':' .. process
      redis.call('SET', key, answer[1 + i], 'PX', leaseMs)
    end
  end
end
for i = 1, shards do
  local key = KEYS[2 + shards + i]
  keep(key, 'string')
  answer[1 + shards + i] = redis.call('GET', key) or ''
end
return answer
