-- Releases leases and leaves the instance registry.
--
-- KEYS  1 instance registry, then leases
-- ARGV  1 member, then the token of each lease
--
-- Atomic, because between check and deletion the lease may become another process's.
--
-- Returns nothing
--
-- Deadline: none. A lease that another process holds by then stays.

redis.pcall('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do
  if redis.pcall('GET', KEYS[i]) == ARGV[i] then redis.call('DEL', KEYS[i]) end
end
