-- Part of read.lua: reads what smoothing goes on from.
  answers[i + 2] = redis.pcall('HMGET', KEYS[i + 2], $SMOOTHING_FIELDS)
