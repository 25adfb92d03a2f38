#!lua
-- Says which shards this process holds from now on: those that it held and still holds, renewed, and free ones, up to
-- its fair share, ceil(shards / living processes); what it holds beyond that it gives up, highest shard first.
--
-- KEYS  1 fence, 2 members, then the lease of each shard, then what was last published of each shard
-- ARGV  1 process, 2 lease time (ms), then the token held of each shard, empty for none
-- Returns {'other', member} when living processes use another number of shards: then nothing is held. Else {'ok', then
--         of each shard the token, '' (someone else's) or 'surrendered', then of each shard what was last published, or
--         ''}
--
-- Atomic, because two processes that saw the same free lease would both take it.
--
-- Deadline: none. A lease of more than 60000 ms is not ours, or the clock of the server stepped back: it counts as
-- free, and a membership of more than that as over.
--
-- Redis refuses a script with this first line whole when it is out of memory. Others may grow it once they have
-- written.

local process, leaseMs = ARGV[1], ARGV[2]
local shards = (#KEYS - 2) / 2
local function keep(key, kind) -- what is of another type is not ours
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', key) end
end
keep(KEYS[1], 'string')
keep(KEYS[2], 'zset')
if not string.match(redis.call('GET', KEYS[1]) or '0', '^%d+$') then redis.call('DEL', KEYS[1]) end

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs)
redis.call('ZREMRANGEBYSCORE', KEYS[2], nowMs + 60000, '+inf')
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if tonumber(string.match(member, '^(%d+):')) ~= shards then return {'other', member} end
end
redis.call('ZADD', KEYS[2], nowMs + leaseMs, shards .. ':' .. process)

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
      answer[1 + i] = 'surrendered'
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
