-- Removes an unused stream: it is empty and has no group.
--
-- KEYS  1 stream
-- Returns 1 if removed, else 0
--
-- Atomic, because between check and deletion an entry may be added.
--
-- Deadline: none. It decides by what is there when it runs.

if redis.call('TYPE', KEYS[1]).ok ~= 'stream' or redis.call('XLEN', KEYS[1]) > 0 then return 0 end
if #redis.call('XINFO', 'GROUPS', KEYS[1]) > 0 then return 0 end
return redis.call('DEL', KEYS[1])
