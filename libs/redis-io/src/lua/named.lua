-- Part: converts flat `name, value, ...` replies of XINFO into tables.
local function named(flat)
  local t = {}
  for i = 1, #flat, 2 do t[flat[i]] = flat[i + 1] end
  return t
end
