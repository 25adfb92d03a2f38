import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@quantum/testbed';
import { READY_TIMEOUT_MS, withHarness, type Service } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endTrade, enough, startGovernor, startTrade } from './run.js';
import { LIMITS, type Limits } from './settings.js';

/** The lead of three replicas' clocks, ms. */
const SKEWS = {
  'of milliseconds': [0, 15, -20],
  'of seconds': [0, 1500, -1500],
  'of hours': [0, 4_000_000, -4_000_000],
} as const;
/** Enough that replicas process the same symbol within milliseconds. */
const PLANS_PER_SEC = 600;
const SHORT_MS = 3000;
const LONG_MS = 60_000;

/** Only the hourly limit is reached: for any clock, the run ends long before an hour. */
const HOURLY: Limits = { ...LIMITS, cooldownSec: 0, maxPerHour: 3, maxPer5Min: 1000, maxNotionalPerDayUsd: 1e9 };

/** Runs in a governor's process before it. */
const SHIFT = `
const now = Date.now;
Date.now = () => now() + Number(process.env.FAULT_CLOCK_AHEAD_MS);
`;

/** Replicas whose clocks differ share the limits all the same. */
export const skewedClockScenarios = (isLong: boolean): Scenario[] =>
  Object.entries(SKEWS).map(([much, aheadMs]) => ({
    name: `clocks apart ${much}`,
    run: (context) => run(context, aheadMs, isLong ? LONG_MS : SHORT_MS),
  }));

/** Waits until a governor is ready, but for its clock. */
const untilServing = (service: Service): Promise<boolean> =>
  until(async () => (await service.notReady())?.includes('our clock') ?? true, READY_TIMEOUT_MS);

async function run(context: Context, aheadMs: readonly number[], lastsMs: number): Promise<Outcome> {
  const shift = join(context.folder, 'shift-clock.cjs');
  writeFileSync(shift, SHIFT);
  return withHarness(context, {}, async (harness) => {
    const envOf = (ahead: number): Record<string, string> => ({
      NODE_OPTIONS: `--require ${JSON.stringify(shift)}`,
      FAULT_CLOCK_AHEAD_MS: String(ahead),
      GOV_SYMBOL_COOLDOWN_SECONDS: String(HOURLY.cooldownSec),
      GOV_MAX_EXEC_PER_HOUR: String(HOURLY.maxPerHour),
      GOV_MAX_EXEC_PER_5MIN: String(HOURLY.maxPer5Min),
      GOV_MAX_NOTIONAL_PER_DAY_USD: String(HOURLY.maxNotionalPerDayUsd),
    });
    const services = aheadMs.map((ahead) => startGovernor(harness, envOf(ahead)));
    await Promise.all(services.map(untilServing));
    const trade = await startTrade(harness, context, PLANS_PER_SEC);
    await delay(lastsMs);
    const outcome = await endTrade(trade, { limits: HOURLY, allConsumed: true });
    return {
      findings: [
        ...enough(Number(outcome.numbers['permits']), lastsMs / 100, 'permits'),
        ...outcome.findings,
        ...(await stopAll(services)),
      ],
      numbers: { ahead: `${aheadMs.join(' ')} ms`, ...outcome.numbers },
    };
  });
}
