-- The summary of a whole cycle by the shard's holder.
--
-- KEYS  1-3 as fence.lua, 4 last_cycle, then, of several shards, the summary of each
-- ARGV  1-6 as fence.lua, 7 shard, then the summary's fields and values
-- Returns as fence.lua, else {'ok', then for each write that failed 0 (last_cycle) or 1 (the shard's) and the error}
--
-- Atomic, because a summary says of a cycle of its own shard alone that it was whole, and the sum is of all shards at
-- one time.
--
-- Deadline: the lease. Without it, nothing is written.

local base, arg = 3, 6
