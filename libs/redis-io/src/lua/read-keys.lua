-- Reads many keys independently: a failed read does not affect the others.
--
-- KEYS  the keys, group by group
-- ARGV  for each group: command (GET, EXISTS, HMGET), number of its keys, maximum bytes of a value or 0 for all, number
--       of its fields, the fields
-- Returns a JSON array with the replies of each group: an array with one per key (a value, null, a list of them,
--       {"err"}), or 0 if none of its keys exists
--
-- A longer value is cut: its reader needs to know that it is too long, not its content.
--
-- Two reads cover a whole group at once: whether any of its keys exists, and texts, by MGET. MGET reports a key of
-- another type as absent, so keys without a text are read one by one. A single key cost 1.7 us.
--
-- Not for the sake of atomicity but of cost: a command costs the client about 3 us and a Buffer per value of its reply. A key
-- of this script costs a third of that.
--
-- Deadline: none. It only reads.

local call, null = redis.pcall, cjson.null

local function read(one, most)
  if type(one) == 'string' then return most > 0 and #one > most and string.sub(one, 1, most) or one end
  if type(one) ~= 'table' then return one or null end
  if one.err then return {err = one.err} end
  for j = 1, #one do
    local value = one[j]
    if not value then
      one[j] = null
    elseif most > 0 and #value > most then
      one[j] = string.sub(value, 1, most)
    end
  end
  return one
end

local answers, k, a = {}, 0, 1
while ARGV[a] do
  local name, count, most, fields = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local answer, texts = {}, nil
  if name ~= 'HMGET' then
    if call('EXISTS', unpack(KEYS, k + 1, k + count)) == 0 then answer = 0 end
  end
  if name == 'GET' and answer ~= 0 then
    texts = call('MGET', unpack(KEYS, k + 1, k + count))
    if texts.err then texts = nil end
  end
  for i = 1, answer == 0 and 0 or count do
    answer[i] = read(texts and texts[i] or call(name, KEYS[k + i], unpack(ARGV, a + 4, a + 3 + fields)), most)
  end
  answers[#answers + 1] = answer
  k = k + count
  a = a + 4 + fields
end
return cjson.encode(answers)
