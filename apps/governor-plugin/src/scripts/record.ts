import { defineRowScript, defineScript } from '@quantum/redis-io';

/** Sets KEYS[1] to a time unless a newer one stands there; shared by the scripts that stamp. */
const STAMP = `local function stamp(key, at, ttl, known)
  local standing = known or redis.call('GET', key)
  if standing and (tonumber(standing) or 0) >= tonumber(at) then return 0 end
  redis.call('SET', key, at, 'EX', ttl)
  return 1
end
`;

/**
 * Records decisions and, with each, sets the permit that it grants and stamps the symbol's last execution. A row a plan.
 *
 * KEYS  of a row: 1 decision record, 2 permit (one slot: the record's hash tag is the permit's key), 3 last_exec (left out
 *       where it is in another slot, as in a Cluster: it is then stamped afterwards)
 * ARGV  of all rows: 1 record TTL sec, 2 permit TTL sec, 3 last_exec TTL sec, 4 time of the decision
 *       of a row: 1 record JSON, with the permit's as its last value, 2 bytes of the permit's JSON, 0 where there is none
 * Returns of a row {answer} or {answer, stamped}. The answer: "" if this decision stands now; the record that stood
 *       already; or "permit" if a permit stood without a record. Stamped: whether the time stands, or {err}
 *
 * Atomic, because a plan is decided once: no permit without its record, no second record, whoever asks at once.
 */
export const RECORD = defineRowScript(
  `${STAMP}
-- Last executions at once; of those that this calls absent, some may be of another type, so that they are asked again.
local stamped = #KEYS / tonumber(ARGV[1]) >= 3
local standing = {}
if stamped then
  local keys = {}
  for i = 3, #KEYS, 3 do keys[i / 3] = KEYS[i] end
  local texts = redis.pcall('MGET', unpack(keys))
  if not texts.err then standing = texts end
end

local function row(k, a)
  local record, json, permitBytes = KEYS[k + 1], ARGV[a + 1], tonumber(ARGV[a + 2])
  if permitBytes == 0 and redis.call('EXISTS', KEYS[k + 2]) == 1 then return {redis.call('GET', record) or 'permit'} end
  if not redis.call('SET', record, json, 'NX', 'EX', ARGV[2]) then return {redis.call('GET', record)} end
  if permitBytes == 0 then return {''} end
  -- Out of the record, as it is sent but once: before the brace that ends the record.
  local permit = string.sub(json, -1 - permitBytes, -2)
  -- That no one else's permit stands is told by setting it: one command less than asking before.
  if not redis.call('SET', KEYS[k + 2], permit, 'NX', 'EX', ARGV[3]) then
    redis.call('DEL', record)
    return {'permit'}
  end
  if not stamped then return {''} end
  local ok, reply = pcall(stamp, KEYS[k + 3], ARGV[5], ARGV[4], standing[k / 3 + 1])
  return {'', ok or {err = type(reply) == 'table' and reply.err or tostring(reply)}}
end
`,
  2,
  25, // of 50, a call took 0.5 to 1.2 ms on the server
);

/**
 * Stamps a symbol's last execution for other readers, unless a newer one stands there.
 *
 * KEYS  1 last_exec
 * ARGV  1 unix seconds, 2 TTL sec
 * Returns 1 if stamped, else 0
 *
 * Atomic, because a decision that is finished late must not set the time back.
 */
export const STAMP_LAST_EXEC = defineScript(`${STAMP}
return stamp(KEYS[1], ARGV[1], ARGV[2])
`);
