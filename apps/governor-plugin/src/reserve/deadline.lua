-- Part: whether the server's clock is past a time in milliseconds.
local serverTime = redis.call('TIME')
local serverMs = serverTime[1] * 1000 + serverTime[2] / 1000
local function isLate(deadlineMs) return serverMs > tonumber(deadlineMs) end
