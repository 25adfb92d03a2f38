#!lua
-- Part of scripts that only the holder of a lease may run.
--
-- They go on only for the shard's holder, whose lease they renew, and only with a
-- cycle that is newer than the last one that another process published of this shard.
--
-- KEYS  1 lease, 2 members, 3 last published
-- ARGV  1 token, 2 lease time (ms), 3 process, 4 ts_epoch, 5 how long it is remembered (s), 6 member
-- Returns {'lost'} or {'older', ts_epoch} where the script must not go on
--
-- Redis refuses a script with this first line whole when it is out of memory. Others may grow it once they have
-- written.

if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return {'lost'} end
local last = redis.pcall('GET', KEYS[3])
local ts, process = string.match(type(last) == 'string' and last or '', '^(%d+):(.*)$')
if ts and process ~= ARGV[3] and tonumber(ts) >= tonumber(ARGV[4]) then return {'older', ts} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local time = redis.call('TIME')
redis.pcall('ZADD', KEYS[2], 'XX', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[6])
redis.call('SET', KEYS[3], ARGV[4] .. ':' .. ARGV[3], 'EX', ARGV[5])
