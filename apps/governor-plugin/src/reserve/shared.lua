-- Part of the scripts that reserve: the arguments that all rows share.
local now, day = tonumber(ARGV[2]), ARGV[3]
local cooldown, maxHour, maxBurst, maxDay = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
