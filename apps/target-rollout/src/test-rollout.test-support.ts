import { afterEach, beforeEach } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { systemClock } from '@quantum/clock';
import { ShardCycles, type TickOutcome } from '@quantum/cycle-loop';
import { sha256 } from '@quantum/policy';
import {
  BatchError,
  connectRedis,
  runBatch,
  SlotDownError,
  untilReady,
  type Leases,
  type Redis,
} from '@quantum/redis-io';
import {
  efficiencyKey,
  fieldsOf,
  POLICY_PARAMETERS_KEY,
  positionKey,
  proposedKey,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  rolloutMultiplierKey,
  STREAMS,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { parseAudit } from '@quantum/rollout-commands';
import { replayRollout, type RolloutReplay } from '@quantum/rollout-evidence';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import { parsePlan, planHash, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';
import { rolloutDefinition } from '@quantum/service-config';
import { createLogger, loadConfig } from '@quantum/service-kit';
import { metricValue, useRedis } from '@quantum/testing';
import type { CycleContext } from './cycle.js';
import { leasesOf } from './leases.js';
import { RolloutMemory } from './memory.js';
import { Plans } from './plans.js';
import { rolloutMetrics } from './service.js';
import { rolloutWork } from './shard-work.js';
import { Symbols } from './symbols.js';

/** A time that a test sets, unix seconds. Ahead of Redis' clock: what it writes must not be dead at birth. */
export interface Time {
  sec: number;
}
export const startTime = (): Time => ({ sec: 3600 * Math.ceil(Date.now() / 3_600_000) + 7 });

export const POLICY = '0123456789ab';
export const INTERVAL_SEC = 10;

export interface TestRollout {
  context: CycleContext;
  leases: Leases;
  /** A tick of the loop that is a slot. */
  cycle: () => Promise<TickOutcome>;
  /** What was reported, but that a server did not answer in time: on a busy machine that happens. */
  problems: string[];
  metric: (name: string, labels?: Record<string, string>) => Promise<number | undefined>;
  close: () => void;
}

/** Everything that a cycle needs, on a real Redis, with a clock that the test moves. */
export async function createTestRollout(
  url: string,
  time: Time,
  { users = ['ana', 'ben'], leaseMs = 15_000, process = `test-${randomUUID()}` } = {},
): Promise<TestRollout> {
  const { config } = loadConfig(rolloutDefinition, { REDIS_URL: url, ROLLOUT_USERS: users.join(',') });
  const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'test-rollout');
  await untilReady(redis);
  const logger = createLogger({ name: 'test', level: 'warn', destination: { write: () => undefined } });
  const metrics = rolloutMetrics({ maxSymbols: config.metricsMaxSymbols });
  const problems: string[] = [];
  const onProblem = (problem: string, error: unknown): void => {
    if (!(error instanceof BatchError || error instanceof SlotDownError)) problems.push(problem);
  };
  const clock = { ...systemClock, wallSec: () => time.sec };
  const context: CycleContext = {
    redis,
    clock,
    timeSec: () => time.sec,
    intervalSec: INTERVAL_SEC,
    users: config.users ?? [],
    symbols: new Symbols(redis, onProblem),
    plans: new Plans(redis, sha256),
    memory: new RolloutMemory(),
    build: 'test',
    sha256,
    metrics,
    logger,
    onProblem,
  };
  const leases = leasesOf(redis, { leaseMs, process });
  const stopping = new AbortController().signal;
  const cycles = new ShardCycles({
    leases,
    work: rolloutWork(context),
    metrics: { shardsHeld: metrics.leads, leaseLost: metrics.leaseLost },
    logger,
    clock,
    stopping,
  });
  return {
    context,
    leases,
    cycle: () => cycles.tick(true),
    problems,
    metric: (name, labels) => metricValue(metrics.registry, name, labels),
    close: () => {
      redis.disconnect();
    },
  };
}

const stage = { direction: 'down_only', minHours: 0.01, minPeriods: 0, approvals: 0, require: 'none' };

/** The text of a plan of two stages of 36 s each, over the symbols A and B. */
export function planOf(changes: Record<string, unknown> = {}): { text: string; hash: string; plan: RolloutPlan } {
  const text = JSON.stringify({
    version: 1,
    name: 'majors',
    owner: 'desk',
    cohorts: { pilot: ['A'], rest: ['B'] },
    stages: [
      { ...stage, name: 'pilot', cohorts: ['pilot'], blend: 0.2 },
      { ...stage, name: 'full', cohorts: ['pilot', 'rest'], blend: 0.5 },
    ],
    limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } },
    slewPerCycle: 0.1,
    maxHoldSec: 600,
    approvalDays: 30,
    guards: Object.fromEntries(GUARD_NAMES.filter((name) => name !== 'book_drawdown').map((name) => [name, { owner: 'risk' }])),
    evidence: { periodSec: 3600, clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 },
    ...changes,
  }); // prettier-ignore
  const { plan, violations } = parsePlan(text, () => true);
  if (!plan) throw new Error(violations.join('\n'));
  return { text, hash: planHash(plan, sha256), plan };
}

/** What others write of a symbol. */
export interface Market {
  baseUsd?: number;
  multiplier?: number;
  price?: number;
  amount?: number;
  reason?: string;
  policy?: string;
  /** False: there is neither a score nor a proposal. */
  isScored?: boolean;
}

/** Writes the keys of a symbol as their publishers do, at this time. `null` deletes all of them. */
export async function putMarket(redis: Redis, time: Time, symbol: string, market: Market | null = {}): Promise<void> {
  const keys = [targetKey, proposedKey, efficiencyKey, positionKey, tickerKey].map((key) => key(symbol));
  if (market === null) {
    await runBatch(redis, keys.map((key) => ['del', key])); // prettier-ignore
    return;
  }
  const { baseUsd = 1000, multiplier = 0.9, price = 100, amount = 0, reason = 'ok', policy = POLICY, isScored = true } = market; // prettier-ignore
  await runBatch(redis, [
    ['hset', targetKey(symbol), 'target_usd', baseUsd, 'timestamp', time.sec],
    ['hset', proposedKey(symbol), 'ts_epoch', time.sec, 'multiplier', multiplier.toFixed(4), 'reason', reason, 'policy', policy],
    ['hset', efficiencyKey(symbol), 'efficiency_score', 0.4, 'confidence', 0.9, 'ts', time.sec],
    ['hset', positionKey(symbol), 'position_amt', amount, 'mark_price', price, 'ts_epoch', time.sec],
    ['hset', tickerKey(symbol), 'markPrice', price, 'timestamp', time.sec * 1000],
    ['hset', POLICY_PARAMETERS_KEY, policy, '{}'],
    ...(isScored ? [] : [['del', proposedKey(symbol)] as const, ['del', efficiencyKey(symbol)] as const]),
  ]); // prettier-ignore
}

/** Sends a command at this time, as a user whose stream it is. @returns the id of its entry */
export const send = async (redis: Redis, time: Time, user: string, ...fields: string[]): Promise<string> =>
  (await redis.xadd(rolloutCommandStream(user), `${Math.floor(time.sec * 1000)}-*`, 'command', ...fields)) ?? '';

export const stateOf = async (redis: Redis): Promise<RolloutState> =>
  JSON.parse((await redis.hget(ROLLOUT_STATE_KEY, 'state')) ?? '{}') as RolloutState;

export const multiplierOf = async (redis: Redis, symbol: string): Promise<Record<string, string>> =>
  redis.hgetall(rolloutMultiplierKey(symbol));

export const auditOf = async (redis: Redis): Promise<{ id: string; fields: string[] }[]> =>
  (await redis.xrange(ROLLOUT_AUDIT_STREAM, '-', '+')).map(([id, fields]) => ({ id, fields }));

/** Names of what the audit has, in its order, with the code of a refusal. */
export const eventsOf = async (redis: Redis): Promise<string[]> =>
  (await auditOf(redis)).map(({ fields }) => {
    const { event = '', refusal = '' } = fieldsOf(fields);
    return refusal === '' ? event : `${event}: ${refusal}`;
  });

export const evidenceOf = async (redis: Redis): Promise<unknown[]> =>
  (await redis.xrange(STREAMS.rolloutEvidence, '-', '+')).map(([id, fields]) => [id, fields]);

/** The audit and the evidence, replayed: what does not follow from its inputs. */
export async function replayed(redis: Redis, plan: RolloutPlan): Promise<RolloutReplay> {
  const audit = (await auditOf(redis)).flatMap(({ id, fields }) => {
    const entry = parseAudit(fields);
    return entry ? [{ id, ...entry }] : [];
  });
  const evidence = (await redis.xrange(STREAMS.rolloutEvidence, '-', '+')).map(([id, fields]) => ({ id, fields }));
  return replayRollout(audit, evidence, (hash) => (hash === planHash(plan, sha256) ? plan : undefined));
}

/** A rollout with its market: cycles of ten seconds, each with fresh inputs. */
export class Desk {
  readonly redis: Redis;
  readonly time: Time;
  rollout: TestRollout;
  markets: Record<string, Market | null> = { A: {}, B: {}, C: { baseUsd: 5000 } };

  constructor(redis: Redis, time: Time, rollout: TestRollout) {
    this.redis = redis;
    this.time = time;
    this.rollout = rollout;
  }

  /** Runs this number of cycles, each this long after the one before. */
  async cycles(count = 1, everySec = INTERVAL_SEC): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      this.time.sec += everySec;
      for (const [symbol, market] of Object.entries(this.markets))
        await putMarket(this.redis, this.time, symbol, market);
      await this.rollout.cycle();
    }
  }

  /** Cycles until the state has this name, at most 100. */
  async until(name: string): Promise<RolloutState> {
    for (let i = 0; i < 100; i += 1) {
      const state = await stateOf(this.redis);
      if (state.name === name) return state;
      await this.cycles();
    }
    throw new Error(
      `never ${name}: ${JSON.stringify(await stateOf(this.redis))}\n${(await eventsOf(this.redis)).join('\n')}`,
    );
  }

  /** Submits a plan, gathers its evidence for a day, and starts it. */
  async start(plan = planOf()): Promise<string> {
    await this.cycles();
    await send(this.redis, this.time, 'ana', 'submit', 'plan_json', plan.text);
    await this.cycles();
    await this.cycles(26, 3600);
    await send(this.redis, this.time, 'ana', 'start', 'plan', plan.hash);
    await this.cycles();
    return plan.hash;
  }
}

/** Hands a new desk, on a Redis that is empty, to each test of a file. @returns that Redis */
export function useDesk(take: (desk: Desk) => void): ReturnType<typeof useRedis> {
  const own = useRedis();
  let desk: Desk;
  beforeEach(async () => {
    const time = startTime();
    desk = new Desk(own.redis(), time, await createTestRollout(own.server.url, time));
    take(desk);
  });
  afterEach(() => {
    desk.rollout.close();
  });
  return own;
}
