-- Writes a hash that has a time to live.
--
-- KEYS  1 hash
-- ARGV  1 time to live (s), then its fields and values
-- Returns nothing of use. Where Redis refuses the write, the key keeps the time to live that it had.
--
-- Atomic, because an EXPIRE behind a refused HSET keeps what an earlier cycle wrote from ending.
--
-- Deadline: none. In a Cluster the caller checks its lease right before.

redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return redis.call('EXPIRE', KEYS[1], ARGV[1])
