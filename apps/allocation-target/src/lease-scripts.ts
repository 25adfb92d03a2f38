import { defineScript } from '@quantum/redis-io';
import { PROPOSAL_HASH_LAYOUT, PROPOSAL_STREAM_LAYOUT, PROPOSAL_TEXTS } from '@quantum/redis-schemas';

// All keys of a script share a slot: the tag of the lease keys is the proposal stream's.

/** No lease and no membership lasts longer than this, ms: what claims to is not ours, or the server's clock stepped back. */
const IMPLAUSIBLE_MS = 60_000;

/** Redis refuses a script with this line whole when it is out of memory; others may grow it once they have written. */
const NO_OOM = '#!lua';

/**
 * Says which shards this process holds from now on: those that it held and still holds, renewed, and free ones, up to its
 * fair share, ceil(shards / living processes); what it holds beyond that it gives up, highest shard first.
 *
 * KEYS  1 fence, 2 members, then the lease of each shard, then what was last published of each shard
 * ARGV  1 process, 2 lease time (ms), then the token held of each shard, empty for none
 * Returns {'other', member} when living processes use another number of shards: then nothing is held. Else {'ok', then of each
 *         shard the token, '' (someone else's) or 'surrendered', then of each shard what was last published, or ''}
 *
 * Atomic, because two processes that saw the same free lease would both take it.
 */
export const CLAIM = defineScript(`${NO_OOM}
local process, leaseMs = ARGV[1], ARGV[2]
local shards = (#KEYS - 2) / 2
local function keep(key, kind) -- what is of another type is not ours
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', key) end
end
keep(KEYS[1], 'string')
keep(KEYS[2], 'zset')
if not string.match(redis.call('GET', KEYS[1]) or '0', '^%d+$') then redis.call('DEL', KEYS[1]) end

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs)
redis.call('ZREMRANGEBYSCORE', KEYS[2], nowMs + ${IMPLAUSIBLE_MS}, '+inf')
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if tonumber(string.match(member, '^(%d+):')) ~= shards then return {'other', member} end
end
redis.call('ZADD', KEYS[2], nowMs + leaseMs, shards .. ':' .. process)

local fairShare = math.ceil(shards / redis.call('ZCARD', KEYS[2]))
local held, answer = 0, {'ok'}
for i = 1, shards do
  local key, token = KEYS[2 + i], ARGV[2 + i]
  keep(key, 'string')
  answer[1 + i] = ''
  if token ~= '' and redis.call('GET', key) == token then
    if held < fairShare then
      held = held + 1
      answer[1 + i] = token
      redis.call('PEXPIRE', key, leaseMs)
    else
      answer[1 + i] = 'surrendered'
      redis.call('DEL', key)
    end
  end
end
for i = 1, shards do
  local key = KEYS[2 + i]
  if held < fairShare and answer[1 + i] == '' then
    local leftMs = redis.call('PTTL', key)
    if leftMs < 0 or leftMs > ${IMPLAUSIBLE_MS} then
      held = held + 1
      answer[1 + i] = redis.call('INCR', KEYS[1]) .. ':' .. process
      redis.call('SET', key, answer[1 + i], 'PX', leaseMs)
    end
  end
end
for i = 1, shards do
  local key = KEYS[2 + shards + i]
  keep(key, 'string')
  answer[1 + shards + i] = redis.call('GET', key) or ''
end
return answer
`);

/**
 * Gives up leases, and leaves the living.
 *
 * KEYS  1 members, then leases
 * ARGV  1 member, then the token of each lease
 *
 * Atomic, because between a look and a deletion the lease may become someone else's.
 */
export const RELEASE = defineScript(`
redis.pcall('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do
  if redis.pcall('GET', KEYS[i]) == ARGV[i] then redis.call('DEL', KEYS[i]) end
end
`);

/** A command that fails harms no other: its place and the error stand in the answer. */
const TRY = `
local answer = {'ok'}
local function try(at, ...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    answer[#answer + 1] = at
    answer[#answer + 1] = reply.err
  end
end
`;

/**
 * Begins the scripts that publish: they go on only for the shard's holder, whose lease they renew, and only with a cycle that
 * is newer than the last one that another process published of this shard.
 *
 * KEYS  1 lease, 2 members, 3 last published
 * ARGV  1 token, 2 lease time (ms), 3 process, 4 ts_epoch, 5 how long it is remembered (s), 6 member
 * Returns {'lost'} or {'older', ts_epoch} where the script must not go on
 */
const GUARD = `${NO_OOM}
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return {'lost'} end
local last = redis.pcall('GET', KEYS[3])
local ts, process = string.match(type(last) == 'string' and last or '', '^(%d+):(.*)$')
if ts and process ~= ARGV[3] and tonumber(ts) >= tonumber(ARGV[4]) then return {'older', ts} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local time = redis.call('TIME')
redis.pcall('ZADD', KEYS[2], 'XX', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[6])
redis.call('SET', KEYS[3], ARGV[4] .. ':' .. ARGV[3], 'EX', ARGV[5])
${TRY}`;

const fieldsIn = (layout: typeof PROPOSAL_HASH_LAYOUT): string =>
  layout.map(([name, place]) => `'${name}', texts[at + ${place + 1}]`).join(', ');

/**
 * Publishes a batch: of each proposal a stream entry and, where their keys are given, the shadow hash and its TTL. Deletes the
 * shadow hashes of symbols that have no proposal any more.
 *
 * KEYS  1-3 as GUARD, 4 stream, then the shadow key of each proposal, then those to delete, or none of either (in a Cluster
 *       they are in other slots)
 * ARGV  1-6 as GUARD (5 is also the shadow keys' TTL), 7 MAXLEN, 8 a JSON array of the proposals' texts, one after another
 * Returns as GUARD, else {'ok', then for each command that failed its place (3 a proposal, then 1 a deletion) and the error}
 *
 * Atomic, because a process that was frozen between a look at its lease and its writes would publish what is not its own.
 *
 * Field names stand here, and texts are sent once: 10,000 proposals took 100 ms with flat names and values of entry and
 * hash, 52 ms so (the client's own work 100 and 30 ms). Values as flat arguments took 52 ms, the client's work 40.
 */
export const PUBLISH = defineScript(`${GUARD}
local texts = cjson.decode(ARGV[8])
local at, proposals = 0, #texts / ${PROPOSAL_TEXTS}
for i = 0, proposals - 1 do
  try(3 * i, 'XADD', KEYS[4], 'MAXLEN', '~', ARGV[7], '*', ${fieldsIn(PROPOSAL_STREAM_LAYOUT)})
  local key = KEYS[5 + i]
  if key then
    try(3 * i + 1, 'HSET', key, ${fieldsIn(PROPOSAL_HASH_LAYOUT)})
    try(3 * i + 2, 'EXPIRE', key, ARGV[5])
  end
  at = at + ${PROPOSAL_TEXTS}
end
for i = 5 + proposals, #KEYS do try(2 * proposals + i - 5, 'DEL', KEYS[i]) end
return answer
`);

/**
 * Sets the summary of a whole cycle, or of several shards: that of this shard, and the sum of all once each has one:
 * counts are added, ts_epoch is the oldest, duration_sec the longest.
 */
const SUMMARY = `
local shards = #KEYS - base - 1
if shards == 0 then
  redis.pcall('HDEL', KEYS[base + 1], 'shards')
  try(0, 'HSET', KEYS[base + 1], unpack(ARGV, arg + 2))
  return answer
end
try(1, 'HSET', KEYS[base + 2 + ARGV[arg + 1]], unpack(ARGV, arg + 2))
local fields, totals = {}, {}
for at = arg + 2, #ARGV, 2 do fields[#fields + 1] = ARGV[at] end
for shard = 1, shards do
  local values = redis.pcall('HMGET', KEYS[base + 1 + shard], unpack(fields))
  for i, field in ipairs(fields) do
    local value = tonumber(values[i])
    if not value then return answer end
    local total = totals[i]
    if not total then totals[i] = value
    elseif field == 'ts_epoch' then totals[i] = math.min(total, value)
    elseif field == 'duration_sec' then totals[i] = math.max(total, value)
    else totals[i] = total + value end
  end
end
local sum = {'shards', shards}
for i, field in ipairs(fields) do
  sum[#sum + 1] = field
  sum[#sum + 1] = string.format(field == 'duration_sec' and '%.3f' or '%.0f', totals[i])
end
try(0, 'HSET', KEYS[base + 1], unpack(sum))
return answer
`;

/**
 * The summary of a whole cycle by the shard's holder.
 *
 * KEYS  1-3 as GUARD, 4 last_cycle, then, of several shards, the summary of each
 * ARGV  1-6 as GUARD, 7 shard, then the summary's fields and values
 * Returns as GUARD, else {'ok', then for each write that failed 0 (last_cycle) or 1 (the shard's) and the error}
 *
 * Atomic, because a summary says of a cycle of its own shard alone that it was whole, and the sum is of all shards at one time.
 */
export const WHOLE_CYCLE = defineScript(`${GUARD}
local base, arg = 3, 6
${SUMMARY}`);

/** The same in a Cluster, where the lease is in another slot: KEYS from the fourth, ARGV from the seventh on. */
export const WHOLE_CYCLE_UNGUARDED = defineScript(`${NO_OOM}
local base, arg = 0, 0
${TRY}${SUMMARY}`);
