-- Writes the state of one symbol, where the lease is in another slot.
--
-- KEYS  1 state
-- ARGV  1 rows, 2 the state's TTL, 3 count of the lease, then of each row 1 if the state replaces one that was not usable, else
--       0, and the state's fields
-- Returns an empty text if it was written, else 'fence' (a later lease has written the state) or 'period' (the period is
--       not after the last one)
--
-- Atomic, because between the check and the write another process may close the period.
--
-- Deadline: the fence. A process whose lease another one has taken over and written with writes nothing.

local function row(k, a)
  local texts = {}
  for i = 2, $ARGS_EACH do texts[i - 1] = ARGV[a + i] end
  return writeState(KEYS[k + 1], tonumber(ARGV[3]), ARGV[3], ARGV[2], texts, 0, ARGV[a + 1] == '1') or ''
end
