#!lua
-- The summary of a whole cycle in a Cluster, where the lease is in another slot.
--
-- KEYS  as whole-cycle.lua from the fourth on
-- ARGV  as whole-cycle.lua from the seventh on
-- Returns as whole-cycle.lua, but never 'lost' or 'older'
--
-- Atomic, as whole-cycle.lua
--
-- Deadline: none. The batches before it were held to the lease.

local base, arg = 0, 0
