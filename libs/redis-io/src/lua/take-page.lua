-- Part: takes the entries of a stream from `from` on, as XRANGE takes it: `most` at most, and no more after those that
-- reach `bytes`. `take` gets of each its id, its fields and its bytes.
--
-- Returns how many were taken, 1 if there may be more behind them, else 0, and how many bytes they have.
--
-- Only the server knows how large an entry is before it is read. The first entry is always taken, or a large one would
-- stop the reader. It reads one entry, then twice as many, at most 16 at once, so that it holds few large ones.
local function takePage(stream, from, most, bytes, take)
  local taken, left, count = 0, bytes, 1
  while taken < most do
    count = math.min(count, most - taken)
    local found = redis.call('XRANGE', stream, from, '+', 'COUNT', string.format('%d', count))
    for _, entry in ipairs(found) do
      local size = 0
      for _, text in ipairs(entry[2]) do size = size + #text end
      if taken > 0 and size > left then return taken, 1, bytes - left end
      left = left - size
      taken = taken + 1
      take(entry[1], entry[2], size)
    end
    if #found < count then return taken, 0, bytes - left end
    if left <= 0 then break end
    from = '(' .. found[#found][1]
    count = math.min(2 * count, 16)
  end
  return taken, 1, bytes - left
end
