-- XAUTOCLAIM that also counts the entries that it found deleted, and returns no more bytes than asked for.
--
-- KEYS  1 stream, 2 hash with the count of lost entries (optional, in the same Cluster slot)
-- ARGV  1 group, 2 consumer, 3 minimum idle time ms, 4 cursor, 5 maximum entries, 6 maximum bytes
-- Returns the reply of XAUTOCLAIM without the entries that do not fit, then those: {id, bytes, id, bytes, ...}
--
-- Atomic, because XAUTOCLAIM names a deleted entry only once.
--
-- Deadline: none. A later call claims later.

local reply = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
local gone = reply[3] or {}
remember(#gone, gone[1], gone[#gone])
local fitting, large, left = {}, {}, tonumber(ARGV[6])
for _, entry in ipairs(reply[2]) do
  local bytes = 0
  for _, text in ipairs(entry[2] or {}) do bytes = bytes + #text end
  if bytes <= left then
    left = left - bytes
    fitting[#fitting + 1] = entry
  else
    large[#large + 1] = entry[1]
    large[#large + 1] = bytes
  end
end
return {reply[1], fitting, gone, large}
