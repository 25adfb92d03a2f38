import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PrivateRedis } from '@quantum/private-redis';
import { connectRedis, runBatch, untilReady, type Redis } from '@quantum/redis-io';
import {
  attributionKey,
  blockKey,
  brainFenceKey,
  brainLeaseKey,
  brainMembersKey,
  brainPublishedKey,
  brainStateKey,
  budgetKey,
  dailyKey,
  decidedKey,
  disarmKey,
  efficiencyKey,
  fenceKey,
  GOVERNOR_LIMITS_KEY,
  HALT_KEY,
  inFlightKey,
  KEY_TABLE,
  KILL_KEY,
  LAST_CYCLE_KEY,
  lastExecKey,
  leaseKey,
  lostPlansKey,
  membersKey,
  permitKey,
  POLICY_PARAMETERS_KEY,
  positionKey,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_STATE_KEY,
  rolloutMultiplierKey,
  proposedKey,
  publishedKey,
  shardCycleKey,
  STREAMS,
  targetKey,
  tickerKey,
  windowKey,
} from '@quantum/redis-schemas';
import { DEPLOYED_USERS, startWithUsers, urlFor, type User } from '@quantum/testing';
import { ALLOWED_TO_CONSOLE, DENIED_TO_CONSOLE } from './console-user.test-support.js';
import { allowedTo, deniedTo } from './operators.test-support.js';
import { ALLOWED_TO_ROLLOUT, DENIED_TO_ROLLOUT, NOT_OF_ROLLOUT } from './rollout-user.test-support.js';

let server: PrivateRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startWithUsers();
  redis = connectRedis({ url: server.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

type Words = readonly (string | number)[];

const [S, P, DAY] = ['BTCUSDT', 'plan-1', '2026-01-01'];
const [PROOF, PROOF_PLAN] = ['PROOF_ABCDEFGHA', 'proof-ABCDEFGH-A'];
const GROUP = ['governor', 'governor-plugin:x'] as const;
const [LEASE, PUBLISHED] = [leaseKey(STREAMS.proposed, 0), publishedKey(STREAMS.proposed, 0)];
const EVALSHA = ['evalsha', 'a'.repeat(40)] as const;
const READ_BY_GOVERNOR = [decidedKey(P), permitKey(P), lastExecKey(S), budgetKey(S), targetKey(S), positionKey(S), efficiencyKey(S), rolloutMultiplierKey(S), ROLLOUT_EPOCH_KEY]; // prettier-ignore
const SCORES = STREAMS.efficiencyDecision;
const [BRAIN_LEASE, BRAIN_MEMBERS] = [brainLeaseKey(SCORES, 0), brainMembersKey(SCORES)];
const READ_BY_BRAIN = [positionKey(S), tickerKey(S), targetKey(S), attributionKey(S), brainStateKey(S)];
const EXECUTIONS = [STREAMS.rlRewards, STREAMS.exitbrainPnl, STREAMS.tradeClosed, STREAMS.executionResult, STREAMS.applyResult]; // prettier-ignore
const ENTRY = ['MAXLEN', '~', 10_000, '*', 'a', 'b'] as const;

const CONNECTING: Words[] = [
  ['ping'],
  ['info'],
  ['info', 'memory'],
  ['select', 1],
  ['client', 'setname', 'x'],
  ['cluster', 'slots'],
  ['cluster', 'info'],
];

/** Every command of a service, its scripts included. */
const ALLOWED: Record<User, Words[]> = {
  'quantum-proposer': [
    ...CONNECTING,
    ['scan', 0, 'MATCH', 'quantum:allocation:target:*', 'COUNT', 1000],
    ['hmget', targetKey(S), 'target_usd'],
    ['exists', targetKey(S)],
    ['hmget', efficiencyKey(S), 'efficiency_score'],
    ['evalsha_ro', 'a'.repeat(40), 2, targetKey(S), efficiencyKey(S)],
    ['eval_ro', 'return 1', 2, targetKey(S), efficiencyKey(S)],
    ['xrevrange', STREAMS.allocationDecision, '+', '-', 'COUNT', 1],
    ['xrange', STREAMS.allocationDecision, '-', '+', 'COUNT', 1000],
    ['xadd', STREAMS.proposed, ...ENTRY],
    ['hmget', proposedKey(S), 'smoothed_multiplier'],
    ['evalsha_ro', 'a'.repeat(40), 3, targetKey(S), efficiencyKey(S), proposedKey(S)],
    ['hset', proposedKey(S), 'symbol', S],
    ['expire', proposedKey(S), 600],
    ['expire', proposedKey(S), 600, 'NX'],
    ['hset', LAST_CYCLE_KEY, 'symbols', 1],
    [...EVALSHA, 4, fenceKey(STREAMS.proposed), membersKey(STREAMS.proposed), LEASE, PUBLISHED],
    [...EVALSHA, 5, LEASE, membersKey(STREAMS.proposed), PUBLISHED, STREAMS.proposed, proposedKey(S)],
    [...EVALSHA, 5, LEASE, membersKey(STREAMS.proposed), PUBLISHED, LAST_CYCLE_KEY, shardCycleKey(0)],
    ['eval', 'return 1', 2, LEASE, STREAMS.proposed],
    ['time'],
    ['type', LEASE],
    ['get', LEASE],
    ['set', LEASE, 'x', 'PX', 1],
    ['del', LEASE],
    ['pttl', LEASE],
    ['pexpire', LEASE, 1],
    ['incr', fenceKey(STREAMS.proposed)],
    ['zadd', membersKey(STREAMS.proposed), 'XX', 1, 'x'],
    ['zcard', membersKey(STREAMS.proposed)],
    ['zrange', membersKey(STREAMS.proposed), 0, -1],
    ['zrem', membersKey(STREAMS.proposed), 'x'],
    ['zremrangebyscore', membersKey(STREAMS.proposed), 0, 1],
    ['hmget', shardCycleKey(0), 'symbols'],
    ['hdel', LAST_CYCLE_KEY, 'shards'],
    ['hset', POLICY_PARAMETERS_KEY, 'a', '{}', 'b', '{}'],
  ],
  'quantum-governor': [
    ...CONNECTING,
    ['wait', 1, 100],
    ['xgroup', 'create', STREAMS.plans, GROUP[0], 0, 'MKSTREAM'],
    ['xreadgroup', 'GROUP', ...GROUP, 'COUNT', 1, 'BLOCK', 1, 'STREAMS', STREAMS.plans, '>'],
    ['xautoclaim', STREAMS.plans, ...GROUP, 0, '0-0'], // an older governor, which runs on while it is upgraded or rolled back to
    ['xclaim', STREAMS.plans, ...GROUP, 0, '1-0', 'JUSTID'],
    ['xpending', STREAMS.plans, GROUP[0], '1-0', '1-0', 1],
    ['xack', STREAMS.plans, GROUP[0], '1-0'],
    ['xinfo', 'consumers', STREAMS.plans, GROUP[0]],
    ['xinfo', 'groups', STREAMS.plans],
    ['xinfo', 'stream', STREAMS.plans],
    ['xgroup', 'setid', STREAMS.plans, GROUP[0], 0, 'ENTRIESREAD', 0],
    ['xgroup', 'delconsumer', ...[STREAMS.plans, ...GROUP]],
    [...EVALSHA, 2, STREAMS.plans, lostPlansKey(STREAMS.plans)],
    ['time'],
    ['hsetnx', lostPlansKey(STREAMS.plans), 'total', 0],
    ['hincrby', lostPlansKey(STREAMS.plans), 'total', 1],
    ['xrange', STREAMS.plans, '1-0', '1-0'],
    ['get', KILL_KEY],
    ['exists', disarmKey(DAY)],
    ['set', disarmKey(DAY), '{}', 'EX', 1, 'NX'],
    ['xrange', STREAMS.budgetViolation, '-', '+'],
    ['get', decidedKey(P)],
    ['exists', permitKey(P)],
    ['mget', permitKey(P)],
    ['get', permitKey(P)],
    [...EVALSHA, 1, permitKey(P)],
    ['get', lastExecKey(S)],
    ['hmget', budgetKey(S), 'mode'],
    ['hmget', targetKey(S), 'target_usd'],
    ['hmget', positionKey(S), 'mark_price'],
    ['hmget', rolloutMultiplierKey(S), 'multiplier'],
    ['get', ROLLOUT_EPOCH_KEY],
    ['hmget', efficiencyKey(S), 'efficiency_score'],
    [...EVALSHA, 4, windowKey(S), dailyKey(S), inFlightKey(S), lastExecKey(S)],
    ['eval', 'return 1', 4, windowKey(S), dailyKey(S), inFlightKey(S), lastExecKey(S)],
    ['get', HALT_KEY],
    [...EVALSHA, 4, decidedKey(P), permitKey(P), lastExecKey(S), inFlightKey(S)],
    ['evalsha_ro', EVALSHA[1], READ_BY_GOVERNOR.length, ...READ_BY_GOVERNOR],
    ['eval_ro', 'return 1', READ_BY_GOVERNOR.length, ...READ_BY_GOVERNOR],
    [...EVALSHA, 1, lastExecKey(S)],
    ['set', decidedKey(P), '{}', 'EX', 1],
    ['set', permitKey(P), '{}', 'EX', 1],
    ['set', lastExecKey(S), '1', 'EX', 1],
    ['set', blockKey(P), '{}', 'EX', 1],
    ['zscore', windowKey(S), P],
    ['zcard', windowKey(S)],
    ['zcount', windowKey(S), 0, 1],
    ['zrevrange', windowKey(S), 0, 1, 'WITHSCORES'],
    ['zadd', windowKey(S), 1, P],
    ['zrem', windowKey(S), P],
    ['zremrangebyscore', windowKey(S), 0, 1],
    ['hmget', dailyKey(S), 'day'],
    ['hget', dailyKey(S), `p:${P}`],
    ['hset', dailyKey(S), 'day', DAY],
    ['hdel', dailyKey(S), `p:${P}`],
    ['hincrby', dailyKey(S), 'total_micro_usd', 1],
    ['del', dailyKey(S)],
    ['hgetall', inFlightKey(S)],
    ['hget', inFlightKey(S), P],
    ['hset', inFlightKey(S), P, '1 1'],
    ['hdel', inFlightKey(S), P],
    ['expire', inFlightKey(S), 1],
    ['expire', dailyKey(S), 1],
    ['xadd', STREAMS.events, ...ENTRY],
    ['xadd', STREAMS.deadletter, ...ENTRY],
    ['hset', POLICY_PARAMETERS_KEY, 'a', '{}', 'b', '{}'],
    ['hset', GOVERNOR_LIMITS_KEY, 'a', '{}'],
  ],
  'quantum-brain': [
    ...CONNECTING,
    ['scan', 0, 'MATCH', 'quantum:state:positions:*', 'COUNT', 1000],
    ['evalsha_ro', EVALSHA[1], READ_BY_BRAIN.length, ...READ_BY_BRAIN],
    ['eval_ro', 'return 1', READ_BY_BRAIN.length, ...READ_BY_BRAIN],
    ...READ_BY_BRAIN.map((key) => ['hmget', key, 'x'] as const),
    ...EXECUTIONS.flatMap((stream): Words[] => [
      ['evalsha_ro', EVALSHA[1], 1, stream],
      ['eval_ro', 'return 1', 1, stream],
      ['xrange', stream, '(0-0', '+', 'COUNT', 16],
      ['xrevrange', stream, '1-0', '-', 'COUNT', 1],
    ]),
    [...EVALSHA, 4, brainFenceKey(SCORES), BRAIN_MEMBERS, BRAIN_LEASE, brainPublishedKey(SCORES, 0)],
    [
      ...EVALSHA,
      6,
      BRAIN_LEASE,
      BRAIN_MEMBERS,
      brainPublishedKey(SCORES, 0),
      SCORES,
      brainStateKey(S),
      efficiencyKey(S),
    ],
    ['eval', 'return 1', 2, BRAIN_LEASE, SCORES],
    [...EVALSHA, 1, brainStateKey(S)],
    ['xadd', SCORES, ...ENTRY],
    ['type', brainStateKey(S)],
    ['del', brainStateKey(S)],
    ['hset', brainStateKey(S), 'version', 1],
    ['expire', brainStateKey(S), 1],
    ['hmget', efficiencyKey(S), 'version', 'ts'],
    ['hset', efficiencyKey(S), 'efficiency_score', 0.5],
    ['expire', efficiencyKey(S), 600],
    ['time'],
    ['type', BRAIN_LEASE],
    ['get', BRAIN_LEASE],
    ['set', BRAIN_LEASE, 'x', 'PX', 1],
    ['del', BRAIN_LEASE],
    ['pttl', BRAIN_LEASE],
    ['pexpire', BRAIN_LEASE, 1],
    ['incr', brainFenceKey(SCORES)],
    ['zadd', BRAIN_MEMBERS, 'XX', 1, 'x'],
    ['zcard', BRAIN_MEMBERS],
    ['zrange', BRAIN_MEMBERS, 0, -1],
    ['zrem', BRAIN_MEMBERS, 'x'],
    ['zremrangebyscore', BRAIN_MEMBERS, 0, 1],
    ['hset', POLICY_PARAMETERS_KEY, 'a', '{}'],
  ],
  'quantum-rollout': [...CONNECTING, ...ALLOWED_TO_ROLLOUT],
  'quantum-proof': [
    ...CONNECTING,
    ['hset', targetKey(PROOF), 'target_usd', 1],
    ['expire', targetKey(PROOF), 1],
    ['set', efficiencyKey(PROOF), 'x', 'EX', 1],
    ['hset', efficiencyKey(PROOF), 'efficiency_score', 1],
    ['dump', targetKey(S)],
    ['hgetall', targetKey(S)],
    ['pttl', targetKey(S)],
    ['hgetall', proposedKey(PROOF)],
    ['hgetall', LAST_CYCLE_KEY],
    ['get', permitKey(PROOF_PLAN)],
    ['get', decidedKey(PROOF_PLAN)],
    ['get', blockKey(PROOF_PLAN)],
    ['eval', 'return 1', 1, KILL_KEY],
    ['get', HALT_KEY],
    ['exists', disarmKey(DAY)],
    ['xadd', STREAMS.plans, '*', 'plan_id', PROOF_PLAN],
    ['xdel', STREAMS.plans, '1-0'],
    ['xinfo', 'groups', STREAMS.plans],
    ['xpending', STREAMS.plans, GROUP[0], '-', '+', 1000],
    ['xack', STREAMS.plans, GROUP[0], '1-0'],
    ['xrange', STREAMS.proposed, '-', '+'],
    ['xdel', STREAMS.proposed, '1-0'],
    ['hset', positionKey(PROOF), 'position_amt', 1],
    ['expire', positionKey(PROOF), 1],
    ['get', BRAIN_LEASE],
    ['get', brainPublishedKey(SCORES, 0)],
    ['hget', POLICY_PARAMETERS_KEY, 'a'],
    ['hgetall', brainStateKey(PROOF)],
    ['exists', SCORES],
    ['xrange', SCORES, '-', '+'],
    ['xrevrange', SCORES, '+', '-', 'COUNT', 1],
    ['xdel', SCORES, '1-0'],
    ['eval', 'return 1', 1, SCORES],
    ...[
      positionKey(PROOF),
      brainStateKey(PROOF),
      targetKey(PROOF),
      efficiencyKey(PROOF),
      proposedKey(PROOF),
      windowKey(PROOF),
      dailyKey(PROOF),
      inFlightKey(PROOF),
    ].map((key) => ['del', key] as const),
    ...[lastExecKey(PROOF), permitKey(PROOF_PLAN), blockKey(PROOF_PLAN), decidedKey(PROOF_PLAN)].map(
      (key) => ['del', key] as const,
    ),
  ],
  'quantum-recorder': [
    ...CONNECTING,
    ...[STREAMS.proposed, STREAMS.plans, SCORES].flatMap((stream): Words[] => [
      ['evalsha_ro', 'a'.repeat(40), 1, stream],
      ['eval_ro', 'return 1', 1, stream],
      ['xrange', stream, '(0-0', '+', 'COUNT', 16],
      ['xrevrange', stream, '+', '-', 'COUNT', 1],
    ]),
    ['evalsha_ro', 'a'.repeat(40), 4, decidedKey(P), blockKey(P), GOVERNOR_LIMITS_KEY, positionKey(S)],
    ['exists', decidedKey(P), blockKey(P)],
    ['mget', decidedKey(P), blockKey(P)],
    ['get', decidedKey(P)],
    ['get', blockKey(P)],
    ['hmget', POLICY_PARAMETERS_KEY, 'a'],
    ['hmget', GOVERNOR_LIMITS_KEY, 'a'],
    ['hmget', positionKey(S), 'position_amt'],
  ],
  'quantum-console': [...CONNECTING, ...ALLOWED_TO_CONSOLE],
  ana: [...CONNECTING, ...allowedTo('ana')],
  ben: [...CONNECTING, ...allowedTo('ben')],
};

const ADMINISTRATION: Words[] = [
  ['keys', '*'],
  ['flushall'],
  ['flushdb'],
  ['config', 'get', '*'],
  ['config', 'set', 'maxmemory', 1],
  ['acl', 'list'],
  ['acl', 'setuser', 'x'],
  ['shutdown'],
  ['debug', 'sleep', 0],
  ['script', 'flush'],
  ['function', 'load', 'x'],
  ['replicaof', 'h', 1],
  ['cluster', 'reset'],
  ['client', 'kill', 'TYPE', 'normal'],
  ['monitor'],
  ['subscribe', 'x'],
  ['rename', 'a', 'b'],
  ['get', 'somebody:else'],
  ['set', 'somebody:else', 1],
];

const destroying = (key: string): Words[] => [
  ['set', key, 'x'],
  ['hset', key, 'target_usd', 1],
  ['del', key],
  ['unlink', key],
  ['expire', key, 1],
  ['rename', key, 'x'],
  ['restore', key, 0, 'x'],
  ['copy', 'x', key],
  ['eval', 'return 1', 1, key],
];

/** Only additions are permitted: the text of a hash never changes. */
const READING_OR_REMOVING: Words[] = [
  ['hget', POLICY_PARAMETERS_KEY, 'a'],
  ['hmget', POLICY_PARAMETERS_KEY, 'a'],
  ['hdel', POLICY_PARAMETERS_KEY, 'a'],
  ['hset', `${POLICY_PARAMETERS_KEY}:other`, 'a', 'b'],
  ...destroying(POLICY_PARAMETERS_KEY).filter(([name]) => name !== 'hset'),
];

const DENIED: Record<User, Words[]> = {
  'quantum-proposer': [
    ...ADMINISTRATION,
    ...[targetKey(S), efficiencyKey(S), KILL_KEY, permitKey(P), STREAMS.allocationDecision, GOVERNOR_LIMITS_KEY].flatMap(destroying), // prettier-ignore
    ...READING_OR_REMOVING,
    ['hset', targetKey('proposed'), 'target_usd', 1],
    ['get', permitKey(P)],
    ['xadd', STREAMS.plans, ...ENTRY],
    ['xadd', STREAMS.allocationDecision, ...ENTRY],
    ['xadd', STREAMS.events, ...ENTRY],
    [...EVALSHA, 2, proposedKey(S), targetKey(S)],
    ['hmget', proposedKey(S).replace('target', 'other'), 'x'],
  ],
  'quantum-governor': [
    ...ADMINISTRATION,
    ...[STREAMS.plans, targetKey(S), efficiencyKey(S), KILL_KEY, HALT_KEY, budgetKey(S), positionKey(S), rolloutMultiplierKey(S), ROLLOUT_EPOCH_KEY] // prettier-ignore
      .flatMap(destroying)
      .filter(
        ([name, , , key]) => !(name === 'eval' && key === STREAMS.plans), // the rights of such a script are checked below
      ),
    ['xadd', STREAMS.plans, ...ENTRY],
    ['xtrim', STREAMS.plans, 'MAXLEN', 0],
    ['xdel', STREAMS.plans, '1-0'],
    ['xgroup', 'destroy', STREAMS.plans, GROUP[0]],
    ['xadd', STREAMS.budgetViolation, ...ENTRY],
    ['xadd', STREAMS.proposed, ...ENTRY],
    ['xdel', STREAMS.events, '1-0'],
    ['del', STREAMS.deadletter],
    ['scan', 0],
    ['hset', proposedKey(S), 'symbol', S],
    ['incr', ROLLOUT_EPOCH_KEY],
    ['hget', ROLLOUT_STATE_KEY, 'state'],
    [...EVALSHA, 2, windowKey(S), STREAMS.plans],
    ['hdel', GOVERNOR_LIMITS_KEY, 'a'],
    ['del', GOVERNOR_LIMITS_KEY],
    ['set', 'quantum:governor:else', 'x'],
    ...READING_OR_REMOVING,
  ],
  'quantum-brain': [
    ...ADMINISTRATION,
    ...[targetKey(S), proposedKey(S), positionKey(S), tickerKey(S), attributionKey(S), KILL_KEY, permitKey(P), GOVERNOR_LIMITS_KEY, ...EXECUTIONS].flatMap(destroying), // prettier-ignore
    ...READING_OR_REMOVING,
    ['get', permitKey(P)],
    ...[...EXECUTIONS, STREAMS.plans, STREAMS.proposed, STREAMS.events].map(
      (stream) => ['xadd', stream, ...ENTRY] as const,
    ),
    ['xdel', SCORES, '1-0'],
    ['xtrim', SCORES, 'MAXLEN', 0],
    ['hset', 'quantum:capital:other', 'a', 'b'],
    [...EVALSHA, 2, brainStateKey(S), targetKey(S)],
  ],
  'quantum-rollout': [...ADMINISTRATION, ...NOT_OF_ROLLOUT.flatMap(destroying), ...DENIED_TO_ROLLOUT],
  'quantum-proof': [
    ...ADMINISTRATION,
    ...[targetKey(S), efficiencyKey(S), proposedKey(S), permitKey(P), decidedKey(P), windowKey(S), STREAMS.plans, GOVERNOR_LIMITS_KEY, positionKey(S), brainStateKey(S), BRAIN_LEASE, POLICY_PARAMETERS_KEY] // prettier-ignore
      .flatMap(destroying)
      .filter(([name]) => name !== 'copy'),
    ['set', HALT_KEY, '0'],
    ['del', HALT_KEY],
    ['set', disarmKey(DAY), 'x'],
    ['del', disarmKey(DAY)],
    ['xtrim', STREAMS.plans, 'MAXLEN', 0],
    ['xreadgroup', 'GROUP', ...GROUP, 'STREAMS', STREAMS.plans, '>'],
    ['xgroup', 'destroy', STREAMS.plans, GROUP[0]],
    ['xadd', STREAMS.proposed, ...ENTRY],
    ['xadd', STREAMS.events, ...ENTRY],
    ['xadd', SCORES, ...ENTRY],
    ['xtrim', SCORES, 'MAXLEN', 0],
    ['set', brainPublishedKey(SCORES, 0), 'x'],
    ['scan', 0],
  ],
  'quantum-recorder': [
    ...ADMINISTRATION,
    ...[
      STREAMS.proposed,
      STREAMS.plans,
      decidedKey(P),
      blockKey(P),
      permitKey(P),
      targetKey(S),
      HALT_KEY,
      KILL_KEY,
      POLICY_PARAMETERS_KEY,
      GOVERNOR_LIMITS_KEY,
      positionKey(S),
    ].flatMap(destroying),
    ...[STREAMS.proposed, STREAMS.plans, SCORES].flatMap((stream): Words[] => [
      ['xadd', stream, ...ENTRY],
      ['xdel', stream, '1-0'],
      ['xtrim', stream, 'MAXLEN', 0],
      ['xgroup', 'create', stream, 'other', 0],
      ['xreadgroup', 'GROUP', ...GROUP, 'STREAMS', stream, '>'],
      ['xack', stream, GROUP[0], '1-0'],
    ]),
    ['eval', 'return 1', 1, STREAMS.plans],
    ['evalsha', 'a'.repeat(40), 1, STREAMS.plans],
    ['eval_ro', 'return 1', 1, permitKey(P)],
    ['get', permitKey(P)],
    ['getdel', permitKey(P)],
    ['get', KILL_KEY],
    ['hgetall', targetKey(S)],
    ['hgetall', positionKey(S)],
    ['hmget', efficiencyKey(S), 'efficiency_score'],
    ['xrange', STREAMS.events, '-', '+'],
    ['scan', 0],
  ],
  'quantum-console': [...ADMINISTRATION, ...KEY_TABLE.flatMap(({ key }) => destroying(key)), ...DENIED_TO_CONSOLE],
  ana: [...ADMINISTRATION, ...deniedTo('ana', ['ben', 'default', 'ana2', 'an', '*'])],
  ben: [...ADMINISTRATION, ...deniedTo('ben', ['ana', 'default', 'ben2', 'be', '*'])],
};

/** The server's answer to each command of this user. */
async function dryRun(user: User, commands: readonly Words[]): Promise<string[]> {
  const replies = await runBatch(redis, commands.map((words) => ['acl', 'DRYRUN', user, ...words] as const)); // prettier-ignore
  return replies.map((reply, i) => {
    const said = reply.ok ? String(reply.value) : reply.error.message;
    const verdict = said === 'OK' ? 'allowed' : said.includes('has no permissions') ? 'denied' : said;
    return `${commands[i]?.join(' ') ?? ''}: ${verdict}`;
  });
}

const expected = (commands: readonly Words[], verdict: string) =>
  commands.map((words) => `${words.join(' ')}: ${verdict}`);

it('asks about every user that is deployed', () => {
  expect([Object.keys(ALLOWED), Object.keys(DENIED)]).toEqual([DEPLOYED_USERS, DEPLOYED_USERS]);
});

/** The same commands on one of several streams of plans. */
const ofShard = (commands: readonly Words[]): Words[] =>
  commands
    .filter((words) => words.includes(STREAMS.plans))
    .map((words) => words.map((word) => (word === STREAMS.plans ? `${STREAMS.plans}:{0}` : word)));

describe.each(DEPLOYED_USERS)('%s', (user) => {
  const both = (commands: readonly Words[] = []): Words[] => [...commands, ...ofShard(commands)];
  const [allowed, denied] = [both(ALLOWED[user]), both(DENIED[user])];

  it('connects without a denial, which the server would log and an operator be called for', async () => {
    await runBatch(redis, [['acl', 'LOG', 'RESET']]);
    const client = connectRedis({ url: urlFor(server, user), host: '', port: 0, db: 0 }, 'test');
    await untilReady(client);
    await runBatch(client, [['ping']]); // the server has answered what was sent before
    client.disconnect();
    expect(await runBatch(redis, [['acl', 'LOG']])).toEqual([{ ok: true, value: [] }]);
  });

  it('may run its commands', async () => {
    expect(await dryRun(user, allowed)).toEqual(expected(allowed, 'allowed'));
  });

  it('may run no dangerous command', async () => {
    expect(await dryRun(user, denied)).toEqual(expected(denied, 'denied'));
  });
});

/** A command with as many arguments as it needs at least: whether a user may run it is asked before what they mean. */
const callOf = ([name, arity]: readonly [string, number]): Words => {
  const words = name.split('|');
  return [...words, ...Array.from({ length: Math.abs(arity) - words.length }, () => 'x')];
};

it.each(['write', 'admin', 'dangerous', 'scripting', 'pubsub'])(
  'the console may run no command of the server in @%s, but INFO and scripts that cannot write',
  async (category) => {
    const [listed] = await runBatch(redis, [['command', 'LIST', 'FILTERBY', 'ACLCAT', category]]);
    const names = (listed?.ok === true ? (listed.value as string[]) : [])
      .filter((name) => !['info', 'eval_ro', 'evalsha_ro'].includes(name))
      .sort();
    expect(names.length).toBeGreaterThan(5);
    const [about] = await runBatch(redis, [['command', 'INFO', ...names]]);
    const commands = (about?.ok === true ? (about.value as [string, number][]) : []).map(callOf);
    expect(commands).toHaveLength(names.length);
    const verdicts = await dryRun('quantum-console', commands);
    expect(verdicts).toEqual(expected(commands, 'denied'));
  },
);

it('a script of the console cannot write', async () => {
  const console = connectRedis({ url: urlFor(server, 'quantum-console'), host: '', port: 0, db: 0 }, 'test');
  await untilReady(console);
  const key = targetKey(S);
  await runBatch(redis, [['hset', key, 'target_usd', '1']]);
  const [reply] = await runBatch(console, [['eval_ro', "return redis.call('DEL', KEYS[1])", 1, key]]);
  console.disconnect();
  expect(reply?.ok).toBe(false);
  const [there] = await runBatch(redis, [
    ['hget', key, 'target_usd'],
    ['del', key],
  ]);
  expect(there).toEqual({ ok: true, value: '1' });
});

it('a script of the governor cannot forge a plan either', async () => {
  await runBatch(redis, [['xadd', STREAMS.plans, '*', 'plan_id', P]]);
  const governor = connectRedis({ url: urlFor(server, 'quantum-governor'), host: '', port: 0, db: 0 }, 'test');
  await untilReady(governor);
  const replies = await runBatch(
    governor,
    ["'XADD', KEYS[1], '*', 'a', 'b'", "'DEL', KEYS[1]", "'XTRIM', KEYS[1], 'MAXLEN', 0"].map(
      (command) => ['eval', `return redis.call(${command})`, 1, STREAMS.plans] as const,
    ),
  );
  governor.disconnect();
  for (const reply of replies) {
    expect(reply.ok ? reply.value : reply.error.message).toMatch(
      /The user executing the script can't|ACL failure in script/,
    );
  }
  expect(await runBatch(redis, [['xlen', STREAMS.plans]])).toEqual([{ ok: true, value: 1 }]);
});
