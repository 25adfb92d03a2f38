-- Part: records a plan that another governor permitted. Needs `decidedAt` and `recordTtl`.

-- The record of such a plan; money with all its digits, which cjson does not print.
local function foreignRecord(json)
  local ours = cjson.decode(json)
  local notional, closing = ours.inputs.usd, ours.inputs.closing == true
  if ours.v == 1 then notional = ours.inputs.notional_usd end
  local limits = ours.limits and ',"limits":' .. cjson.encode(ours.limits) or ''
  local usd = type(notional) == 'number' and string.format('%.17g', notional) or 'null'
  return '{"v":1,"plan_id":' .. cjson.encode(ours.plan_id) .. ',"symbol":' .. cjson.encode(ours.symbol)
    .. ',"entry_id":' .. cjson.encode(ours.entry_id) .. ',"decided_at":' .. decidedAt
    .. ',"outcome":"foreign","reason":""' .. limits .. ',"gates":[],"inputs":{"closing":' .. tostring(closing)
    .. ',"notional_usd":' .. usd .. '}}'
end

local function foreign(record, json)
  local text = foreignRecord(json)
  if not redis.call('SET', record, text, 'NX', 'EX', recordTtl) then return {redis.call('GET', record)} end
  return {'foreign', text}
end
