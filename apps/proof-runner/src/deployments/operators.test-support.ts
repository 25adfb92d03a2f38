import {
  HALT_KEY,
  KILL_KEY,
  permitKey,
  proposedKey,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  rolloutMultiplierKey,
  rolloutPlanKey,
  STREAMS,
  targetKey,
} from '@quantum/redis-schemas';

type Words = readonly (string | number)[];

const [S, HASH] = ['BTCUSDT', '0123456789ab'];
const READ = [ROLLOUT_AUDIT_STREAM, STREAMS.rolloutEvidence, ...['ana', 'ben'].map(rolloutCommandStream)];
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

/** What an operator of a rollout may do. */
export const allowedTo = (user: string): Words[] => [
  ['acl', 'WHOAMI'],
  ['time'],
  ['wait', 1, 100],
  command(user),
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

/** What an operator of a rollout may not do; `others`: names of other operators, and names that contain the own one. */
export const deniedTo = (user: string, others: readonly string[]): Words[] => [
  ...others.map(command),
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
  ...[targetKey(S), proposedKey(S), permitKey('plan-1'), KILL_KEY, HALT_KEY].map((key): Words => ['set', key, 'x']),
  ['get', permitKey('plan-1')],
  ['xadd', STREAMS.plans, '*', 'a', 'b'],
  ['scan', 0],
];
