-- Part: tells a key that the server itself refuses from an error that may pass, which is raised.
local function broken(reply)
  if type(reply) ~= 'table' or not reply.err then return false end
  if string.find(reply.err, 'WRONGTYPE', 1, true) or string.find(reply.err, 'NOPERM', 1, true) then return true end
  error(reply.err)
end
