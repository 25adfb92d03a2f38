-- Adds entries to the evidence stream, each once, under ids that the caller has chosen.
--
-- KEYS  1 stream
-- ARGV  1 MAXLEN, then of each entry its id, the number of its texts, and the texts: fields and values
-- Returns how many were added under another id, because the stream has later ones
--
-- Atomic, because two processes may deliver the same entries, and none may be there twice.
--
-- Deadline: none. Who delivers later finds the entries and adds nothing.

local others, at = 0, 2
while ARGV[at] do
  local id, from = ARGV[at], at + 2
  at = from + tonumber(ARGV[at + 1])
  if #redis.call('XRANGE', KEYS[1], id, id) == 0 then
    local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], id, unpack(ARGV, from, at - 1))
    if type(added) == 'table' and added.err then
      if not string.find(added.err, 'equal or smaller', 1, true) then return added end
      redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, from, at - 1))
      others = others + 1
    end
  end
end
return others
