import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import {
  HARNESS_POLICY,
  HARNESS_USER,
  giveCommand,
  putShadowDay,
  readState,
  shadowDay,
  testPlan,
  writeMarket,
  type TestMarket,
  type TestPlan,
} from '@quantum/rollout-testbed';
import { poll, waitFor } from '@quantum/testbed';
import { withHarness, type Options } from '../harness/harness.js';
import { symbolsOf } from '../harness/market.js';
import { valueOf } from '../harness/prometheus.js';
import type { Service } from '../harness/service.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';

/** Until the code is compiled. */
const WARM_UP_CYCLES = 3;
/** Symbols whose shadow day is drawn: a day of all would take minutes, and a cycle costs the same after it. */
const SHADOW_SYMBOLS = 3;
/** Symbols that one transaction writes. */
const CHUNK = 1000;

/** Cycles of a rollout that enforces 10,000 symbols, all of one cohort. */
export const benchRolloutCycle = (options: Options): Promise<Figure[]> =>
  withHarness(options, async (harness) => {
    const [count, intervalSec] = harness.short ? [300, 1] : [10_000, 5];
    harness.tell(`rollout: cycles that enforce ${count} symbols`);
    const redis = connectRedis({ url: `unix://${harness.server.socketPath}`, host: '', port: 0, db: 0 }, 'bench');
    try {
      await untilReady(redis);
      const plan = await prepare(redis, symbolsOf(count));
      const service = await harness.service('target-rollout', 0, {
        ROLLOUT_INTERVAL_SEC: String(intervalSec),
        ROLLOUT_USERS: HARNESS_USER,
      });
      await service.ready();
      for (const [command, fields] of [
        ['submit', { plan_json: plan.text }],
        ['start', { plan: plan.hash }],
      ] as const) {
        const { refusal } = await giveCommand(redis, HARNESS_USER, command, fields);
        if (refusal !== '') throw new Error(`${command} is refused: ${refusal}`);
      }
      const isEnforced = async (): Promise<boolean> =>
        (await readState(redis)).blend === 1 && (await metricOf(service, 'rollout_symbols')) === count;
      await waitFor(isEnforced, { what: 'every symbol to be enforced' });
      const runs = new Runs();
      for (let i = -WARM_UP_CYCLES; i < (harness.short ? 1 : 6); i += 1) {
        const ms = await nextCycleMs(service);
        if (i >= 0) runs.add('service', ms);
      }
      const memory = { service: [service.peakRssMb()] };
      return [
        figure('rollout cycle', `a cycle that enforces ${count} symbols of one cohort`, 'ms', runs.byName),
        figure('rollout RSS peak', 'the most that resident memory ever was', 'MB', memory),
      ];
    } finally {
      redis.disconnect();
    }
  });

/** Writes what others publish of these symbols, and a day of evidence. Returns the plan that enforces them all. */
async function prepare(redis: Redis, symbols: readonly string[]): Promise<TestPlan> {
  const market: TestMarket = new Map(
    symbols.map((symbol, i) => [symbol, { baseUsd: 1000, score: 0.4, priceUsd: 100, amount: 0, proposal: { multiplier: 0.9 + (i % 97) / 1000, policy: HARNESS_POLICY } }]),
  );
  const plan = planOf(symbols);
  const few = new Map([...market].slice(0, SHADOW_SYMBOLS));
  const multipliers = new Map([...few].map(([symbol, { proposal }]) => [symbol, proposal?.multiplier ?? 1]));
  const endSec = Date.now() / 1000;
  const ofFew = { ...planOf([...few.keys()]), hash: plan.hash };
  await putShadowDay(redis, shadowDay({ plan: ofFew, policy: HARNESS_POLICY, multipliers, market: few, endSec, seed: 1 }));
  const rows = [...market];
  for (let from = 0; from < rows.length; from += CHUNK) {
    await writeMarket(redis, Date.now() / 1000, new Map(rows.slice(from, from + CHUNK)));
  }
  return plan;
} // prettier-ignore

const planOf = (symbols: readonly string[]): TestPlan =>
  testPlan({
    cohorts: { all: symbols },
    stages: [{ name: 'all', cohorts: ['all'], blend: 1, direction: 'down_only', minHours: 24, minPeriods: 0, approvals: 0, require: 'none' }],
    slewPerCycle: 0.5,
    limits: { maxDeviationUsd: { total: 1e9, perSymbol: 50_000 } },
    evidence: { periodSec: 60, clipBps: 40, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 1 },
  }); // prettier-ignore

const metricOf = async (service: Service, name: string): Promise<number> => valueOf(await service.metrics(), name);

const TIMES = { timeoutMs: 120_000, everyMs: 100 };
const CYCLES = 'rollout_loop_duration_seconds';

/** How long the next cycle takes, ms. */
async function nextCycleMs(service: Service): Promise<number> {
  const look = async () => ({
    count: await metricOf(service, `${CYCLES}_count`),
    sumSec: await metricOf(service, `${CYCLES}_sum`),
  });
  // A service at work may not answer in time.
  const before = await poll(async () => [await look()].find(({ count }) => Number.isFinite(count)), TIMES);
  if (!before) throw new Error('the rollout does not say how many cycles it made');
  let after = before;
  const isOver = await poll(async () => (after = await look()).count > before.count, TIMES);
  if (!isOver) throw new Error('the rollout makes no cycles');
  return (1000 * (after.sumSec - before.sumSec)) / (after.count - before.count);
}
