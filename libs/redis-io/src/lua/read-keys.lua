-- Reads many keys, each by itself: what one cannot give leaves the others alone.
--
-- KEYS  the keys, group by group
-- ARGV  of each group: command (GET, EXISTS, HMGET), number of its keys, bytes of a value at most or 0 for all, number
--       of its fields, the fields
-- Returns a JSON array with the answers of each group: an array with one per key (a value, null, a list of them,
--       {"err"}), or 0 where none of its keys is there
--
-- A value of more bytes is cut: its reader wants to know that it is too long, not what it says.
--
-- What can be asked of a whole group at once is: whether any of its keys is there, and texts, by MGET, which calls a
-- key of another type absent, so that those without a text are read one by one. A key cost 1.7 us by itself.
--
-- Not for the sake of atomicity: a command costs the client some 3 us and each value of a reply a Buffer, a key of this
-- script a third of that.
--
-- Deadline: none. It only reads.

local function cut(value, most)
  if most > 0 and type(value) == 'string' and #value > most then return string.sub(value, 1, most) end
  return value
end

local answers, k, a = {}, 0, 1
while ARGV[a] do
  local name, count, most, fields = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local answer, texts = {}, nil
  if name ~= 'HMGET' then
    if redis.pcall('EXISTS', unpack(KEYS, k + 1, k + count)) == 0 then answer = 0 end
  end
  if name == 'GET' and answer ~= 0 then
    texts = redis.pcall('MGET', unpack(KEYS, k + 1, k + count))
    if texts.err then texts = nil end
  end
  for i = 1, answer == 0 and 0 or count do
    local one = texts and texts[i] or redis.pcall(name, KEYS[k + i], unpack(ARGV, a + 4, a + 3 + fields))
    if type(one) == 'table' then
      if one.err then one = {err = one.err} end
      for j = 1, #one do one[j] = cut(one[j], most) or cjson.null end
    end
    answer[i] = cut(one, most) or cjson.null
  end
  answers[#answers + 1] = answer
  k = k + count
  a = a + 4 + fields
end
return cjson.encode(answers)
