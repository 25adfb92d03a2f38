-- Records decisions and, with each, sets the permit that it grants, settles its reservation and stamps the symbol's
-- last execution. A row per plan.
--
-- KEYS  of a row: 1 decision record, 2 permit (one slot: the record's hash tag is the permit's key), 3 last_exec, 4 in
--       flight (3 and 4 left out where they are in another slot, as in a Cluster: the plan is then settled and stamped
--       afterwards)
-- ARGV  of all rows: 2 record TTL sec, 3 permit TTL sec, 4 last_exec TTL sec, 5 time of the decision; then for each
--       switch three: GET or EXISTS, its key, and what that answered when it was read (of GET "=" and the text, or
--       "" for none). None in a Cluster, where switches are in other slots
--       of a row: 1 record JSON, 2 permit JSON, empty if absent, 3 deadline of a grant,
--       server ms, 4 two flags: "1" to stamp, "1" to settle, 5 what stays in flight after settling, empty for nothing
-- Returns of a row {answer} or {answer, result}. The answer: "" if this decision is recorded now, the result then being
--       whether it was stamped, or {err}; "late" if the deadline is over and "changed" if a kill key or the latch has
--       changed, so that nothing was granted; "foreign" if another governor's permit was found, the result being the record that
--       says so; or the record that was there already
--
-- Atomic, because a plan is decided once: no permit without its record, no second record, even where two ask at once;
-- and no permit after a kill key or the latch was set. Switches are not among KEYS: a script needs the right to write
-- those, and no service may write the kill switch.
--
-- Deadline: argument 3 of a row. After it, no permit is granted; a refusal has none.

local recordTtl, permitTtl, stampTtl, decidedAt = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local firstSwitch, argsEach = 6, 5
