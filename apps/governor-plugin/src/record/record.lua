-- Records decisions and, with each, sets the permit that it grants, settles its reservation and stamps the symbol's
-- last execution. A row per plan.
--
-- KEYS  of a row: 1 decision record, 2 permit (one slot: the record's hash tag is the permit's key), 3 last_exec, 4 in
--       flight (3 and 4 left out where they are in another slot, as in a Cluster: the plan is then settled and stamped
--       afterwards)
-- ARGV  of all rows: 2 record TTL sec, 3 permit TTL sec, 4 last_exec TTL sec, 5 time of the decision; then for each
--       switch three: GET or EXISTS, its key, and what that answered when it was read (of GET "=" and the text, or
--       "" for none). None in a Cluster, where switches are in other slots
--       of a row: 1 record JSON, 2 permit JSON, empty where there is none, 3 deadline of a grant,
--       server ms, 4 two flags: "1" to stamp, "1" to settle, 5 what stays in flight after settling, empty for nothing
-- Returns of a row {answer} or {answer, result}. The answer: "" if this decision is recorded now, the result then being
--       whether it was stamped, or {err}; "late" if the deadline is over and "changed" if a kill key or the latch has
--       changed, so that nothing was granted; "foreign" if another governor's permit was found, the result being the record that
--       says so; or the record that was there already
--
-- Atomic, because a plan is decided once: no permit without its record, no second record, even where two ask at once;
-- and no permit after a kill key or the latch was set. Switches are not among KEYS: a script needs the right to write
-- those, and nobody here may write the kill switch.
--
-- Deadline: argument 3 of a row. After it, no permit is granted; a refusal has none.

-- Whether what was read still holds.
local changed = false
for i = 6, #ARGV - ARGV[1] * 5, 3 do
  local value = redis.pcall(ARGV[i], ARGV[i + 1])
  local text = type(value) == 'string' and '=' .. value or type(value) == 'number' and tostring(value) or ''
  if broken(value) or text ~= ARGV[i + 2] then changed = true end
end

-- Last executions at once; of those that this calls absent, some may be of another type, so that they are asked again.
local hasSymbolKeys = #KEYS / ARGV[1] == 4
local known = {}
if hasSymbolKeys then
  local keys = {}
  for i = 3, #KEYS, 4 do keys[#keys + 1] = KEYS[i] end
  local texts = redis.pcall('MGET', unpack(keys))
  if not texts.err then known = texts end
end

-- The record of a plan that another governor permitted; money with all its digits, which cjson does not print.
local function foreignRecord(json)
  local ours = cjson.decode(json)
  local notional, closing = ours.inputs.usd, ours.inputs.closing == true
  if ours.v == 1 then notional = ours.inputs.notional_usd end
  local limits = ours.limits and ',"limits":' .. cjson.encode(ours.limits) or ''
  local usd = type(notional) == 'number' and string.format('%.17g', notional) or 'null'
  return '{"v":1,"plan_id":' .. cjson.encode(ours.plan_id) .. ',"symbol":' .. cjson.encode(ours.symbol)
    .. ',"entry_id":' .. cjson.encode(ours.entry_id) .. ',"decided_at":' .. ARGV[5]
    .. ',"outcome":"foreign","reason":""' .. limits .. ',"gates":[],"inputs":{"closing":' .. tostring(closing)
    .. ',"notional_usd":' .. usd .. '}}'
end

local function foreign(record, json)
  local text = foreignRecord(json)
  if not redis.call('SET', record, text, 'NX', 'EX', ARGV[2]) then return {redis.call('GET', record)} end
  return {'foreign', text}
end

local function settle(key, id, left)
  local flying = redis.pcall('HGET', key, id)
  if broken(flying) or not flying then return end
  if left == '' then redis.call('HDEL', key, id) else redis.call('HSET', key, id, left) end
end

local function row(k, a)
  local record, json, permit = KEYS[k + 1], ARGV[a + 1], ARGV[a + 2]
  if permit == '' then
    if redis.call('EXISTS', KEYS[k + 2]) == 1 and redis.call('EXISTS', record) == 0 then return foreign(record, json) end
    if not redis.call('SET', record, json, 'NX', 'EX', ARGV[2]) then return {redis.call('GET', record)} end
    return {''}
  end
  if changed then return {redis.call('GET', record) or 'changed'} end
  if isLate(ARGV[a + 3]) then return {redis.call('GET', record) or 'late'} end
  if not redis.call('SET', record, json, 'NX', 'EX', ARGV[2]) then return {redis.call('GET', record)} end
  -- `SET NX` detects another governor's permit and saves an `EXISTS`.
  if not redis.call('SET', KEYS[k + 2], permit, 'NX', 'EX', ARGV[3]) then
    redis.call('DEL', record)
    return foreign(record, json)
  end
  if not hasSymbolKeys then return {''} end
  local stamps, settles = string.byte(ARGV[a + 4], 1, 2)
  if settles == 49 then settle(KEYS[k + 4], string.sub(KEYS[k + 2], #'quantum:permit:' + 1), ARGV[a + 5]) end
  if stamps ~= 49 then return {'', true} end
  local ok, reply = pcall(stamp, KEYS[k + 3], ARGV[5], ARGV[4], known[k / 4 + 1])
  return {'', ok or {err = type(reply) == 'table' and reply.err or tostring(reply)}}
end
