-- Part: runs a command. One that fails harms no other: its place and the error are in the answer.

local answer = {'ok'}
local function try(at, ...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    answer[#answer + 1] = at
    answer[#answer + 1] = reply.err
  end
end
