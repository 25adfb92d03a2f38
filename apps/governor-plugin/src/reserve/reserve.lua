-- Reads a symbol's windows and, if the enforced limits allow it, reserves for the plan in them. A row per plan, in
-- order.
--
-- KEYS  of a row: 1 window (sorted set: plan id -> time), 2 daily (hash: day, total_micro_usd, p:<plan id> -> micro
--       USD), 3 in flight (hash: plan id -> "<signed USD> <time>", with " ?" behind it while the reservation is not
--       settled), 4 last_exec (left out in a Cluster, where it is in another slot)
-- ARGV  of all rows: 2 now, 3 UTC day, 4 cooldown sec, 5 max per hour, 6 max per 5 min, 7 max USD a day (each empty
--       where not enforced)
--       of a row: 1 plan id, 2 notional USD, 3 notional in whole micro USD, 4 four flags: "1" to reserve if allowed,
--       "1" if the limits bind it, "1" if that of the day does, "1" if it is settled at once, 5 last execution known
--       from elsewhere or empty, 6 deadline, server ms, 7 allocation cap: empty, or JSON [exposure USD, its time or
--       false, target USD or false where not enforced, sign 1 or -1 or 0 for away from zero]
-- Returns of a row "late" after the deadline, where nothing is done; else {reserved, window readable, hour count, 5 min
--       count, last execution or "", daily readable, micro USD of the day as text, counted before, USD in flight as
--       text or "" where no cap was asked}, the plan itself left out of every number
--
-- Atomic, because a limit holds across replicas only if no one else can count between the look and the mark. Counting
-- is idempotent by plan id. A plan that is counted already, by an attempt that died or by one that goes on at this
-- moment, counts with the maximum of their sums: whichever of them gets the permit, no limit is exceeded meanwhile.
-- `SETTLE` makes of it what the permit says. Money is summed in whole micro USD, so that sums are exact in any order.
-- What is ahead of the caller's clock counts, so that limits hold between replicas whose clocks differ. Entries stay
-- for two hours, twice what a window looks back, so that a clock set back finds them again. A daily hash that does not
-- hold what this script writes counts as unreadable. Before limits refuse, reservations that were not settled within 60
-- s are taken back: their deadline is over, so that no permit can follow from them. One whose plan has a record is
-- kept: it may be the reservation of a permit, and finishing that record settles or releases it. Records are looked for on
-- one server alone, in a Cluster they are in other slots. A plan that is counted, but not in flight, may be permitted
-- already: it is not marked as open again.
--
-- Deadline: argument 6 of a row. After it, nothing is reserved.
--
-- What it shares with `GRANT` is in shared.lua, reserve-windows.lua, reserve-in-flight.lua and judge.lua.

local function row(k, a)
  if isLate(ARGV[a + 6]) then return 'late' end
  local allowed, windowOk, hour, burst, last, newest, first, dailyOk, newDay, total, totalText, ownMicro, own, usdInFlight, signedUsd =
    judge(k, a)
  if allowed then
    own, hour, burst = countPlan(k, a, windowOk, hour, burst, newest, first, dailyOk, newDay, total, ownMicro, own)
    mark(k, a, own or ownMicro, signedUsd)
  end
  return answer(allowed, windowOk, hour, burst, last, dailyOk, totalText, ownMicro, own, usdInFlight)
end
