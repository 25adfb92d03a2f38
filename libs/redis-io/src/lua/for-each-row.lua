-- Part: turns a script for one row into one for many. The reply is one JSON text, because ioredis allocates a Buffer
-- for every value.
local rows, answers = tonumber(ARGV[1]), {}
local keysEach, argsEach = #KEYS / rows, $ARGS_EACH
local shared = #ARGV - rows * argsEach
for i = 1, rows do
  local ok, answer = pcall(row, (i - 1) * keysEach, shared + (i - 1) * argsEach)
  if not ok then answer = {err = type(answer) == 'table' and answer.err or tostring(answer)} end
  answers[i] = answer
end
return cjson.encode(answers)
