-- Part: whether a switch has changed since it was read. `firstSwitch` and `argsEach` say where the switches are in ARGV: before
-- the rows, three arguments each.
local changed = false
for i = firstSwitch, #ARGV - ARGV[1] * argsEach, 3 do
  local value = redis.pcall(ARGV[i], ARGV[i + 1])
  local text = type(value) == 'string' and '=' .. value or type(value) == 'number' and tostring(value) or ''
  if broken(value) or text ~= ARGV[i + 2] then changed = true end
end
