-- Gives up leases, and leaves the members.
--
-- KEYS  1 members, then leases
-- ARGV  1 member, then the token of each lease
--
-- Atomic, because between a look and a deletion the lease may become someone else's.
--
-- Returns nothing
--
-- Deadline: none. A lease that is someone else's by then stays.

redis.pcall('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do
  if redis.pcall('GET', KEYS[i]) == ARGV[i] then redis.call('DEL', KEYS[i]) end
end
