#!lua
-- Part of scripts: their beginning, if only the holder of a lease may run them.
--
-- A script continues only for the shard's holder, whose lease it renews. Its cycle must be newer than the last one
-- that another process published of this shard.
--
-- KEYS  1 lease, 2 instance registry, 3 last published cycle
-- ARGV  1 token, 2 lease time (ms), 3 process, 4 ts_epoch, 5 how long it is remembered (s), 6 member
-- Returns {'lost'} or {'older', ts_epoch} if the script must not continue
--
-- When Redis is out of memory, it refuses a script with this first line as a whole. Without it, a script may go on once
-- it has written.

if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return {'lost'} end
local last = redis.pcall('GET', KEYS[3])
local ts, process = string.match(type(last) == 'string' and last or '', '^(%d+):(.*)$')
if ts and process ~= ARGV[3] and tonumber(ts) >= tonumber(ARGV[4]) then return {'older', ts} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local time = redis.call('TIME')
local untilMs = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
redis.pcall('ZADD', KEYS[2], 'XX', string.format('%d', untilMs), ARGV[6])
redis.call('SET', KEYS[3], ARGV[4] .. ':' .. ARGV[3], 'EX', ARGV[5])
