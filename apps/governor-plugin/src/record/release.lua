-- Takes a plan out of its symbol's windows again.
--
-- KEYS  1 window, 2 daily, 3 in flight, as for reserving
-- ARGV  1 plan id
-- Returns 1 if it was counted, else 0
--
-- Atomic, because the day's total and the plan's part of it must never disagree.
--
-- Deadline: none. A plan that is not counted stays so.

return release(KEYS[1], KEYS[2], KEYS[3], ARGV[1]) and 1 or 0
