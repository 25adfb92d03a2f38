-- Adds fields to a permit that another governor issued.
--
-- KEYS  1 permit
-- ARGV  1 the plan's symbol, 2 the fields: at least one, as in JSON, without the braces around them
-- Returns "annotated"; or, having done nothing: "absent", "consumed", "already" (it has `eff_action`), or "foreign" (it
--       is not a permit of the old shape for this symbol, is far longer than one, or has one of the fields)
--
-- Atomic, because the Apply Layer may take the permit at any moment, and one that is gone must not come back.
--
-- The fields are put before the closing brace of the text as it is: decoding and encoding it in Lua would change
-- its numbers. KEEPTTL keeps the moment at which it expires. JSON has no NUL, at which the decoder would take a text to
-- end.
--
-- Deadline: none. A permit that has expired is absent.

local text = redis.pcall('GET', KEYS[1])
if not text then return 'absent' end
if type(text) == 'table' then
  if string.find(text.err, 'WRONGTYPE', 1, true) then return 'foreign' end
  error(text.err)
end
-- A permit has a few hundred bytes. Decoding one of 100 MB would stop the server for seconds.
if #text > 65536 then return 'foreign' end

local ok, permit = pcall(cjson.decode, text)
local head, tail = string.match(text, '^(%s*{.*)(}%s*)$')
if not ok or not head or string.find(text, '\0', 1, true) then return 'foreign' end
if permit.eff_action ~= nil then return 'already' end
if permit.granted ~= true or permit.symbol ~= ARGV[1] or type(permit.consumed) ~= 'boolean' then return 'foreign' end
if permit.consumed then return 'consumed' end
for name in pairs(cjson.decode('{' .. ARGV[2] .. '}')) do
  if permit[name] ~= nil then return 'foreign' end
end

redis.call('SET', KEYS[1], head .. ',' .. ARGV[2] .. tail, 'XX', 'KEEPTTL')
return 'annotated'
