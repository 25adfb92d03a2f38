-- Reads a symbol's windows, reserves for the plan in them and, with that, records its permit. A row per plan, in order. On one server:
-- in a Cluster the windows are in another slot than the record, and `RESERVE` and `RECORD` do this in two steps.
--
-- KEYS  of a row: 1 to 4 as of `RESERVE`, 5 decision record, 6 permit
-- ARGV  of all rows: 2 to 7 as of `RESERVE`, 8 record TTL sec, 9 permit TTL sec, 10 last_exec TTL sec, then the switches as of `RECORD`
--       of a row: 1 to 7 as of `RESERVE`, 8 JSON of the record without windows and its last brace, 9 permit JSON; both empty
--       for a plan that is to be reserved for and no more
-- Returns of a row what `RESERVE` returns where nothing is recorded: the limits refuse the plan, or a number of its windows is one that
--       only TypeScript writes; what `RECORD` returns where a record, a permit, a switch or the deadline keeps it
--       from being recorded; else {"granted", last execution stamped or {err}, the windows as in the record, counted before}
--
-- Atomic, because of both: a limit holds across replicas, and there is no permit without its record, nor after a switch was set. What it
-- reserves is settled at once: a plan that is recorded is counted with what its permit says, unless it was counted before.
--
-- Deadline: argument 6 of a row. After it, nothing is reserved and nothing recorded.

local recordTtl, permitTtl, stampTtl, decidedAt = ARGV[8], ARGV[9], ARGV[10], ARGV[2]
local firstSwitch, argsEach = 11, 9
