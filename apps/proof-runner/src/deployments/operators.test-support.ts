import {
  decidedKey,
  disarmKey,
  efficiencyKey,
  HALT_KEY,
  KILL_KEY,
  permitKey,
  proposedKey,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_STATE_KEY,
  operatorAuditStream,
  positionKey,
  POLICY_PARAMETERS_KEY,
  rolloutCommandStream,
  rolloutMultiplierKey,
  rolloutPlanKey,
  STREAMS,
  targetKey,
  windowKey,
} from '@quantum/redis-schemas';

type Words = readonly (string | number)[];

const [S, HASH] = ['BTCUSDT', '0123456789ab'];
const LATCH = disarmKey('2026-01-01');
const READ = [ROLLOUT_AUDIT_STREAM, STREAMS.rolloutEvidence, STREAMS.plans, STREAMS.proposed, STREAMS.applyResult, STREAMS.efficiencyDecision, STREAMS.deadletter, operatorAuditStream('ben'), ...['ana', 'ben'].map(rolloutCommandStream)]; // prettier-ignore
const OWNED = [ROLLOUT_STATE_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_LEASE_KEY, ROLLOUT_AUDIT_STREAM, STREAMS.rolloutEvidence, rolloutPlanKey(HASH), rolloutMultiplierKey(S)]; // prettier-ignore
const command = (user: string): Words => [
  'xadd',
  rolloutCommandStream(user),
  'MAXLEN',
  '~',
  1000,
  '*',
  'command',
  'hold',
];

const audit = (user: string): Words => ['xadd', operatorAuditStream(user), '*', 'action', 'kill on'];

/**
 * What an operator may do: to a rollout, to the switches, and to read what `quantumctl doctor`, `symbol` and `plan`
 * show.
 */
export const allowedTo = (user: string): Words[] => [
  ['acl', 'WHOAMI'],
  ['time'],
  ['wait', 1, 100],
  command(user),
  audit(user),
  ['set', KILL_KEY, 1],
  ['del', KILL_KEY],
  ['del', LATCH],
  ...[KILL_KEY, HALT_KEY, LATCH, permitKey('plan-1'), decidedKey('plan-1')].map((key): Words => ['get', key]),
  ...[LATCH, permitKey('plan-1'), targetKey(S)].map((key): Words => ['pttl', key]),
  ...[targetKey(S), efficiencyKey(S), positionKey(S), POLICY_PARAMETERS_KEY].map((key): Words => ['hmget', key, 'a']),
  ['zcount', windowKey(S), 0, 1],
  ['zrevrange', windowKey(S), 0, 0, 'WITHSCORES'],
  ['scan', 0],
  ['xinfo', 'GROUPS', STREAMS.plans],
  ['xinfo', 'CONSUMERS', STREAMS.plans, 'governor'],
  ['incr', ROLLOUT_EPOCH_KEY],
  ['get', ROLLOUT_EPOCH_KEY],
  ['hget', ROLLOUT_STATE_KEY, 'state'],
  ['hmget', ROLLOUT_STATE_KEY, 'state', 'desk'],
  ['get', rolloutPlanKey(HASH)],
  ['pttl', rolloutMultiplierKey(S)],
  ['exists', targetKey(S)],
  ['xinfo', 'STREAM', ROLLOUT_AUDIT_STREAM],
  ...READ.flatMap((stream): Words[] => [
    ['xrange', stream, '-', '+', 'COUNT', 1],
    ['xrevrange', stream, '+', '-', 'COUNT', 1],
  ]),
];

/** What an operator may not do; `others`: names of other operators, and names that contain the own one. */
export const deniedTo = (user: string, others: readonly string[]): Words[] => [
  ...others.map(command),
  ...others.map(audit),
  ['xdel', operatorAuditStream(user), '1-0'],
  ['xtrim', operatorAuditStream(user), 'MAXLEN', 0],
  ['del', operatorAuditStream(user)],
  ...[user, ...others].flatMap((name): Words[] => [
    ['xdel', rolloutCommandStream(name), '1-0'],
    ['xtrim', rolloutCommandStream(name), 'MAXLEN', 0],
    ['del', rolloutCommandStream(name)],
  ]),
  ['set', ROLLOUT_EPOCH_KEY, 1],
  ['del', ROLLOUT_EPOCH_KEY],
  ['decr', ROLLOUT_EPOCH_KEY],
  ['incrby', ROLLOUT_EPOCH_KEY, -1],
  ['incr', ROLLOUT_STATE_KEY],
  ...OWNED.flatMap((key): Words[] => [
    ['set', key, 'x'],
    ['hset', key, 'a', 'b'],
    ['del', key],
    ['expire', key, 1],
    ['xadd', key, '*', 'a', 'b'],
    ['xtrim', key, 'MAXLEN', 0],
    ['eval', 'return 1', 1, key],
  ]),
  ...[targetKey(S), proposedKey(S), permitKey('plan-1'), HALT_KEY, LATCH].map((key): Words => ['set', key, 'x']),
  ['del', permitKey('plan-1')],
  ['del', HALT_KEY],
  ['config', 'GET', 'save'],
  ['xadd', STREAMS.plans, '*', 'a', 'b'],
];
