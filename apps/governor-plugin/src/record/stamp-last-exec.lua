-- Stamps a symbol's last execution for other readers, unless a newer one is there.
--
-- KEYS  1 last_exec
-- ARGV  1 unix seconds, 2 TTL sec
-- Returns 1 if stamped, else 0
--
-- Atomic, because a decision that is finished late must not set the time back.
--
-- Deadline: none. A newer time stays.

return stamp(KEYS[1], ARGV[1], ARGV[2])
