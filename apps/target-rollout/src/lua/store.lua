-- Writes the state of a rollout, and all that must change with it: epoch, evidence and audit entries.
--
-- KEYS  1-3 as fence.lua, 4 state, 5 epoch, 6 period, 7 audit stream
-- ARGV  1-6 as fence.lua, 7 the epoch as read (empty: none, or no text), 8 the new epoch (empty: it stays), 9 id of the last audit
--       entry as read (empty: none), 10 number of texts of the state, 11 of the period, then these texts, then of each audit
--       entry the number of its texts and the texts: fields and values
-- Returns as fence.lua, else {'ok', 'changed', 'epoch' or 'audit'} if one of them is not what was read: then nothing was
--       written; else {'ok', 'written'}
--
-- Atomic, because a state without its epoch, or a transition without its audit entry, would be believed. Between reading and
-- writing an operator may have increased the epoch.
--
-- Deadline: the lease. Without it, nothing is written.

local function textOf(answer) return type(answer) == 'string' and answer or '' end
for key, wanted in pairs({[KEYS[4]] = 'hash', [KEYS[6]] = 'hash', [KEYS[7]] = 'stream'}) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= wanted and kind ~= 'none' then return {err = 'WRONGTYPE ' .. key .. ' holds a ' .. kind} end
end
if textOf(redis.pcall('GET', KEYS[5])) ~= ARGV[7] then return {'ok', 'changed', 'epoch'} end
local last = redis.call('XREVRANGE', KEYS[7], '+', '-', 'COUNT', '1')[1]
if (last and last[1] or '') ~= ARGV[9] then return {'ok', 'changed', 'audit'} end
local at = 12
local function take(count)
  local from = at
  at = at + count
  return unpack(ARGV, from, at - 1)
end
redis.call('HSET', KEYS[4], take(tonumber(ARGV[10])))
redis.call('HSET', KEYS[6], take(tonumber(ARGV[11])))
if ARGV[8] ~= '' then redis.call('SET', KEYS[5], ARGV[8]) end
while ARGV[at] do
  at = at + 1
  redis.call('XADD', KEYS[7], '*', take(tonumber(ARGV[at - 1])))
end
return {'ok', 'written'}
