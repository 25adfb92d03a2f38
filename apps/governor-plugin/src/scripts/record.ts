import { defineScript } from '@quantum/redis-io';

/**
 * Records a decision and, with it, sets the permit that it grants.
 *
 * KEYS  1 decision record, 2 permit (one slot: the record's hash tag is the permit's key)
 * ARGV  1 record JSON, 2 record TTL sec, 3 permit JSON or empty, 4 permit TTL sec
 * Returns "" if this decision stands now; the record that stood already; or "permit" if a permit stood without a record
 *
 * Atomic, because a plan is decided once: no permit without its record, no second record, whoever asks at once.
 */
export const RECORD = defineScript(`
local standing = redis.call('GET', KEYS[1])
if standing then return standing end
if redis.call('EXISTS', KEYS[2]) == 1 then return 'permit' end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
if ARGV[3] ~= '' then redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4]) end
return ''
`);

/**
 * Stamps a symbol's last execution for other readers, unless a newer one stands there.
 *
 * KEYS  1 last_exec
 * ARGV  1 unix seconds, 2 TTL sec
 * Returns 1 if stamped, else 0
 *
 * Atomic, because a decision that is finished late must not set the time back.
 */
export const STAMP_LAST_EXEC = defineScript(`
local standing = redis.call('GET', KEYS[1])
if standing and (tonumber(standing) or 0) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
`);
