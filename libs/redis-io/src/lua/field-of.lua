-- Part: the value of a field of a stream entry, the last one if it is repeated, else nil.
local function fieldOf(fields, name)
  for i = #fields - 1, 1, -2 do
    if fields[i] == name then return fields[i + 1] end
  end
end
