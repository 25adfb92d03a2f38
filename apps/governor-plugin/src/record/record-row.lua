-- Part of record.lua: the row.

-- Last executions at once; of those that this calls absent, some may be of another type, so that they are asked again.
local hasSymbolKeys = #KEYS / ARGV[1] == 4
local known = {}
if hasSymbolKeys then
  local keys = {}
  for i = 3, #KEYS, 4 do keys[#keys + 1] = KEYS[i] end
  local texts = redis.pcall('MGET', unpack(keys))
  if not texts.err then known = texts end
end

local function row(k, a)
  local record, json, permit = KEYS[k + 1], ARGV[a + 1], ARGV[a + 2]
  if permit == '' then
    if redis.call('EXISTS', KEYS[k + 2]) == 1 and redis.call('EXISTS', record) == 0 then return foreign(record, json) end
    if not redis.call('SET', record, json, 'NX', 'EX', recordTtl) then return {redis.call('GET', record)} end
    return {''}
  end
  if changed then return {redis.call('GET', record) or 'changed'} end
  if isLate(ARGV[a + 3]) then return {redis.call('GET', record) or 'late'} end
  if not redis.call('SET', record, json, 'NX', 'EX', recordTtl) then return {redis.call('GET', record)} end
  -- `SET NX` detects another governor's permit and saves an `EXISTS`.
  if not redis.call('SET', KEYS[k + 2], permit, 'NX', 'EX', permitTtl) then
    redis.call('DEL', record)
    return foreign(record, json)
  end
  if not hasSymbolKeys then return {''} end
  local stamps, settles = string.byte(ARGV[a + 4], 1, 2)
  if settles == 49 then settle(KEYS[k + 4], string.sub(KEYS[k + 2], #'quantum:permit:' + 1), ARGV[a + 5]) end
  if stamps ~= 49 then return {'', true} end
  local ok, reply = pcall(stamp, KEYS[k + 3], decidedAt, stampTtl, known[k / 4 + 1] or nil)
  return {'', ok or {err = type(reply) == 'table' and reply.err or tostring(reply)}}
end
