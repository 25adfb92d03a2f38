-- Sets the disarm latch of a day after a breach, unless this breach has been answered before or the latch is set.
--
-- KEYS  1 latch, 2 breaches answered (sorted set: plan id -> time of decision); one slot: the set's hash tag is the
--         latch
-- ARGV  1 plan id, 2 latch JSON, 3 TTL sec, 4 time of decision
-- Returns 1 if the latch was set, else 0
--
-- Atomic, because a redelivery of an old breach must not set a latch anew that an operator has cleared since, and a
-- crash between mark and latch must not leave it unset. Marks that cannot be kept do not keep the latch from being set.
--
-- Deadline: none. A breach that was answered sets no latch again.

if redis.pcall('ZADD', KEYS[2], ARGV[4], ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[2], ARGV[3])
return redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3], 'NX') and 1 or 0
