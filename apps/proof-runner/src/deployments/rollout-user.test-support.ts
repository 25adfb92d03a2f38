import {
  disarmKey,
  efficiencyKey,
  HALT_KEY,
  KILL_KEY,
  permitKey,
  POLICY_PARAMETERS_KEY,
  PORTFOLIO_KEY,
  positionKey,
  proposedKey,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_FENCE_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_MEMBERS_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_PUBLISHED_KEY,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  rolloutMultiplierKey,
  rolloutPlanKey,
  STREAMS,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';

type Words = readonly (string | number)[];

const [S, DAY] = ['BTCUSDT', '2026-01-01'];
const COMMANDS = rolloutCommandStream('ana');
const EVALSHA = ['evalsha', 'a'.repeat(40)] as const;
const HASHES = [targetKey(S), proposedKey(S), efficiencyKey(S), positionKey(S), tickerKey(S), rolloutMultiplierKey(S)];
const STORED = [ROLLOUT_LEASE_KEY, ROLLOUT_MEMBERS_KEY, ROLLOUT_PUBLISHED_KEY, ROLLOUT_STATE_KEY, ROLLOUT_EPOCH_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_AUDIT_STREAM]; // prettier-ignore

/** Every command of the rollout, its scripts included. */
export const ALLOWED_TO_ROLLOUT: readonly Words[] = [
  ['time'],
  ['scan', 0, 'MATCH', 'quantum:allocation:target:*', 'COUNT', 1000],
  ['evalsha_ro', EVALSHA[1], HASHES.length + 2, KILL_KEY, HALT_KEY, ...HASHES],
  ['eval_ro', 'return 1', HASHES.length + 2, KILL_KEY, HALT_KEY, ...HASHES],
  ...HASHES.map((key): Words => ['hmget', key, 'x']),
  ['exists', disarmKey(DAY)],
  ['xrange', STREAMS.budgetViolation, '1', '+', 'COUNT', 1000],
  ['xrange', COMMANDS, '(0-0', '+', 'COUNT', 20],
  ['hmget', PORTFOLIO_KEY, 'equity_usd'],
  ['hmget', POLICY_PARAMETERS_KEY, 'a'],
  ['get', rolloutPlanKey('0123456789ab')],
  ['set', rolloutPlanKey('0123456789ab'), '{}'],
  [...EVALSHA, 4, ROLLOUT_FENCE_KEY, ROLLOUT_MEMBERS_KEY, ROLLOUT_LEASE_KEY, ROLLOUT_PUBLISHED_KEY],
  ['incr', ROLLOUT_FENCE_KEY],
  ['zadd', ROLLOUT_MEMBERS_KEY, 'XX', 1, 'x'],
  ['zcard', ROLLOUT_MEMBERS_KEY],
  ['zrange', ROLLOUT_MEMBERS_KEY, 0, -1],
  ['zrem', ROLLOUT_MEMBERS_KEY, 'x'],
  ['zremrangebyscore', ROLLOUT_MEMBERS_KEY, 0, 1],
  ['set', ROLLOUT_LEASE_KEY, 'x', 'PX', 1],
  ['pttl', ROLLOUT_LEASE_KEY],
  ['pexpire', ROLLOUT_LEASE_KEY, 1],
  ['del', ROLLOUT_LEASE_KEY],
  [...EVALSHA, STORED.length, ...STORED],
  ['eval', 'return 1', STORED.length, ...STORED],
  ['type', ROLLOUT_STATE_KEY],
  ['hset', ROLLOUT_STATE_KEY, 'state', '{}'],
  ['get', ROLLOUT_EPOCH_KEY],
  ['set', ROLLOUT_EPOCH_KEY, '1'],
  ['type', ROLLOUT_AUDIT_STREAM],
  ['xrevrange', ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', 1],
  ['xadd', ROLLOUT_AUDIT_STREAM, '*', 'a', 'b'],
  [...EVALSHA, 1, rolloutMultiplierKey(S)],
  ['hget', rolloutMultiplierKey(S), 'fence'],
  ['hset', rolloutMultiplierKey(S), 'multiplier', '1'],
  ['pexpireat', rolloutMultiplierKey(S), 1],
  ['del', rolloutMultiplierKey(S)],
  [...EVALSHA, 1, STREAMS.rolloutEvidence],
  ['eval', 'return 1', 1, STREAMS.rolloutEvidence],
  ['xrange', STREAMS.rolloutEvidence, '1-0', '1-0'],
  ['xadd', STREAMS.rolloutEvidence, 'MAXLEN', '~', 100_000, '2-0', 'a', 'b'],
];

/** Keys that others write. */
export const NOT_OF_ROLLOUT: readonly string[] = [
  targetKey(S), proposedKey(S), efficiencyKey(S), positionKey(S), tickerKey(S), KILL_KEY, HALT_KEY, disarmKey(DAY),
  permitKey('p'), POLICY_PARAMETERS_KEY, COMMANDS, STREAMS.budgetViolation, STREAMS.plans,
]; // prettier-ignore

/** What else the rollout may not do: take back what it has said. */
export const DENIED_TO_ROLLOUT: readonly Words[] = [
  ['del', ROLLOUT_AUDIT_STREAM],
  ['xdel', ROLLOUT_AUDIT_STREAM, '1-0'],
  ['xtrim', ROLLOUT_AUDIT_STREAM, 'MAXLEN', 0],
  ['del', STREAMS.rolloutEvidence],
  ['xdel', STREAMS.rolloutEvidence, '1-0'],
  ['xadd', COMMANDS, '*', 'command', 'approve'],
  ['get', permitKey('p')],
  [...EVALSHA, 2, rolloutMultiplierKey(S), targetKey(S)],
];
