import { randomUUID } from 'node:crypto';
import { systemClock } from '@quantum/clock';
import { leaseMsOf, ShardCycles, type TickOutcome } from '@quantum/cycle-loop';
import { parseRecordedScore, replayScore, scoreDifference } from '@quantum/decisions';
import { createRules, encodeState, policyOf, type SymbolState } from '@quantum/efficiency-score';
import { sha256 } from '@quantum/policy';
import { connectRedis, untilReady, type Leases, type Redis } from '@quantum/redis-io';
import { positionKey, STREAMS, targetKey, tickerKey } from '@quantum/redis-schemas';
import { brainDefinition } from '@quantum/service-config';
import { atMostOnceAMinute, createLogger, loadConfig } from '@quantum/service-kit';
import { metricValue } from '@quantum/testing';
import type { CycleContext } from './cycle.js';
import { Discovery } from './discovery.js';
import { Executions } from './executions.js';
import { leasesOf } from './leases.js';
import { brainMetrics, brainParameters } from './service.js';
import { brainWork } from './shard-work.js';
import { States } from './states.js';

/** Start of a period of 60 s, unix seconds. */
export const T0 = 1_770_679_200;

/** A time that a test sets, unix seconds. */
export interface Time {
  sec: number;
}

export interface TestBrain {
  context: CycleContext;
  leases: Leases;
  cycle: () => Promise<TickOutcome>;
  problems: string[];
  logged: () => Record<string, unknown>[];
  /** Value of a metric's series, undefined where it has none. */
  metric: (name: string, labels?: Record<string, string>) => Promise<number | undefined>;
  close: () => void;
}

/** Everything that a cycle needs, on a real Redis, with a clock that the test moves. */
export async function createTestBrain(
  url: string,
  time: Time,
  env: Record<string, string> = {},
  { readMs, maxReadMs } = { readMs: 1000, maxReadMs: 30_000 },
): Promise<TestBrain> {
  const { config } = loadConfig(brainDefinition, { REDIS_URL: url, ...env });
  const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'test-brain');
  await untilReady(redis);
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', level: config.logLevel, destination: { write: (s) => lines.push(s) } });
  const metrics = brainMetrics({ maxSymbols: config.metricsMaxSymbols });
  const parameters = brainParameters(config);
  const rules = createRules(parameters);
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  const clock = { ...systemClock, wallSec: () => time.sec };
  const stopping = new AbortController().signal;
  const context: CycleContext = {
    redis,
    clock,
    discovery: new Discovery(redis, {
      intervalMs: 0,
      // The steady clock is the machine's: a symbol without keys is scored on.
      keepMs: config.staleSec * 1000,
      clock: systemClock,
      stopping,
      onProblem,
      onBadNames: (count) => {
        if (count > 0) metrics.badNames.inc(count);
      },
    }),
    executions: new Executions(redis, { rules, clock, readMs, metrics, logger, onProblem }),
    states: new States(),
    rules,
    policy: policyOf(parameters, sha256),
    mode: config.mode,
    maxReadMs,
    publish: { keyTtlSec: config.keyTtlSec, stateTtlSec: Math.ceil(4 * config.halflifeSec) },
    minConfidence: config.minConfidence,
    metrics,
    logger,
    isFailureDue: atMostOnceAMinute(),
    stopping,
    onProgress: () => undefined,
  };
  const leases = leasesOf(redis, {
    shards: config.shards,
    leaseMs: leaseMsOf(config.loopIntervalSec * 1000),
    process: `test-${randomUUID()}`,
  });
  const cycles = new ShardCycles({ ...context, leases, work: brainWork(context) });
  return {
    context,
    leases,
    cycle: () => cycles.tick(true),
    problems,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    metric: (name, labels) => metricValue(metrics.registry, name, labels),
    close: () => {
      redis.disconnect();
    },
  };
}

/** What P3.3, the price feed and P2.9 write of a symbol. */
export interface Market {
  amount?: number | string;
  price?: number | string;
  targetUsd?: number | string;
}

/** Writes the keys of a symbol as their publishers do, at this time; what is left out is deleted. */
export async function putMarket(redis: Redis, time: Time, symbol: string, market: Market): Promise<void> {
  const { amount, price, targetUsd } = market;
  const batch = redis.pipeline().del(positionKey(symbol), tickerKey(symbol), targetKey(symbol));
  if (amount !== undefined) batch.hset(positionKey(symbol), 'position_amt', amount, 'mark_price', price ?? '', 'ts_epoch', Math.floor(time.sec)); // prettier-ignore
  if (price !== undefined) batch.hset(tickerKey(symbol), 'symbol', symbol, 'price', price, 'markPrice', price, 'timestamp', time.sec * 1000); // prettier-ignore
  if (targetUsd !== undefined) batch.hset(targetKey(symbol), 'target_usd', targetUsd, 'timestamp', time.sec);
  await batch.exec();
}

/** Entries of the decision stream, `[field, value, ...]`, oldest first. */
export const entriesOf = async (redis: Redis): Promise<string[][]> =>
  (await redis.xrange(STREAMS.efficiencyDecision, '-', '+')).map(([, flat]) => flat);

export const fieldOf = (flat: readonly string[], name: string): string => flat[flat.indexOf(name) + 1] ?? '';

/**
 * Checks a whole stream: each entry is what its own inputs give, to the byte, and each symbol's periods are a chain
 * without one that counts twice or is lost.
 * @returns what is wrong, empty if nothing is
 */
export function brokenEntries(entries: readonly string[][], { rules }: Pick<CycleContext, 'rules'>): string[] {
  const textOf = (state?: SymbolState): string => JSON.stringify(state && encodeState(state, rules));
  const known = new Map<string, SymbolState | undefined>();
  const broken: string[] = [];
  for (const [at, flat] of entries.entries()) {
    const recorded = parseRecordedScore(flat);
    const symbol = recorded?.symbol ?? '';
    const published = recorded && replayScore(recorded, known.get(symbol), rules);
    if (scoreDifference(flat, published, rules)) broken.push(`entry ${at} of ${symbol} is another when scored again`);
    if (/NaN|Infinity/.test(flat.join(' '))) broken.push(`entry ${at} of ${symbol} has no numbers`);
    const before = published?.decision.before;
    if (known.has(symbol) && textOf(before) !== textOf(known.get(symbol))) {
      broken.push(`entry ${at} of ${symbol} does not go on from the one before`);
    }
    known.set(symbol, published?.decision.after);
  }
  return broken;
}
