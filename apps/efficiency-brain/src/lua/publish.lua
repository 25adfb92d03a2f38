-- Publishes the scores of a batch: of each symbol a stream entry, its state where a period was closed, and in enforce the
-- hash.
--
-- KEYS  1-3 as fence.lua, 4 stream, then, unless in a Cluster, where they are in other slots, the state key of each symbol
--       and in enforce the hash of each
-- ARGV  1-6 as fence.lua, 7 MAXLEN, 8 the state's TTL, 9 the hash's TTL, 10 count of the lease, 11 a JSON array: of each
--       symbol the texts of its entry, then those of its state (an empty array if no period was closed), then 1 if the
--       state replaces one that was not usable, else 0
-- Returns as fence.lua, else {'ok', then for each failure the symbol's place from 0, and 'period' or the error of its hash}.
--       A symbol whose state was not written has no entry and no hash.
--
-- Atomic, because a period must be in the state if and only if it is in the stream, and a process that was frozen must not
-- publish what is not its own. The lease was checked, so that a state of a later one is of a time whose count Redis has
-- forgotten.
--
-- Deadline: the lease. Without it, nothing is published.
--
-- TypeScript fills in the names that begin with $.

local kind = redis.call('TYPE', KEYS[4]).ok
if kind ~= 'stream' and kind ~= 'none' then return {err = 'WRONGTYPE ' .. KEYS[4] .. ' holds a ' .. kind} end
local rows = cjson.decode(ARGV[11])
local answer = {'ok'}
local symbols = #rows / 3
local hasStates, hasHashes = #KEYS > 4, #KEYS > 4 + symbols
for i = 0, symbols - 1 do
  local texts, state, reset = rows[3 * i + 1], rows[3 * i + 2], rows[3 * i + 3] == 1
  local refused
  if hasStates and #state > 0 then
    refused = writeState(KEYS[5 + i], nil, ARGV[10], ARGV[8], state, 0, reset)
  end
  if refused then
    answer[#answer + 1] = i
    answer[#answer + 1] = refused
  else
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[7], '*', $ENTRY_FIELDS)
    if hasHashes then
      local key = KEYS[5 + symbols + i]
      local set = redis.pcall('HSET', key, $HASH_FIELDS)
      if type(set) == 'table' and set.err then
        answer[#answer + 1] = i
        answer[#answer + 1] = set.err
      else
        redis.call('EXPIRE', key, ARGV[9])
      end
    end
  end
end
return answer
