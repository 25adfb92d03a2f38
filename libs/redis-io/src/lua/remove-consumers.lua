-- Removes consumers of a group that hold nothing and have been idle for long.
--
-- KEYS  1 stream
-- ARGV  1 group, 2 prefix of their names, 3 minimum idle time ms, 4 name of one to keep, or empty
-- Returns the names of the removed ones
--
-- Atomic, because entries that a consumer gets between check and removal would be lost with it.
--
-- Deadline: none. The idle time is compared when it runs.

local removed = {}
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local one = named(flat)
  local ours = string.sub(one.name, 1, #ARGV[2]) == ARGV[2] and one.name ~= ARGV[4]
  if ours and one.pending == 0 and one.idle >= tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], one.name)
    removed[#removed + 1] = one.name
  end
end
return removed
