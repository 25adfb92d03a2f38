-- Part: reads flat `name, value, ...` replies, as XINFO gives them, into tables.
local function named(flat)
  local t = {}
  for i = 1, #flat, 2 do t[flat[i]] = flat[i + 1] end
  return t
end
