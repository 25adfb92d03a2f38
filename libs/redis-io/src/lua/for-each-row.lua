-- Part: turns a script for one row into one for many. The reply is one JSON text, because ioredis allocates a Buffer
-- for every value.
--
-- A replica refuses the call as a whole, as no row of it can be written: the client connects again for such a reply,
-- and does not read the JSON.
local rows, answers = tonumber(ARGV[1]), {}
local keysEach, argsEach = #KEYS / rows, $ARGS_EACH
local shared = #ARGV - rows * argsEach
for i = 1, rows do
  local ok, answer = pcall(row, (i - 1) * keysEach, shared + (i - 1) * argsEach)
  if not ok then
    answer = {err = type(answer) == 'table' and answer.err or tostring(answer)}
    if string.find(answer.err, '^READONLY') then return answer end
  end
  answers[i] = answer
end
return cjson.encode(answers)
