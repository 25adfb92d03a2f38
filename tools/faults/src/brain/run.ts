import { brainStateKey, efficiencyKey, STREAMS } from '@quantum/redis-schemas';
import { readStream, until, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { withHarness, type Harness, type HarnessOptions, type Service } from '../harness/harness.js';
import { stopAll, sumOfMetric } from '../harness/health.js';
import { enough } from '../governor/run.js';
import type { Context, Finding, Outcome } from '../scenario.js';
import { checkCounts, checkShape, checkStream, differences, stateOf, type Written } from './check.js';
import { BRAIN_ENV, PERIOD_SEC } from './formulas.js';
import { startBrainFault } from './injected-faults.js';
import { startMarket, type Market } from './market.js';

const TIMEOUT_MS = 20_000;
const MOST_ATTEMPTS = 10;
/** The period, counted from now, that a brain must have closed to count as well. */
const PERIODS_TO_BE_WELL = 1;

export const startBrain = (harness: Harness, env: Readonly<Record<string, string>> = {}): Service =>
  harness.startService('efficiency-brain', { ...BRAIN_ENV, ...env });

/** A market, and the injected fault of the context beside the brains. */
export interface Desk {
  market: Market;
  injector: Activity | undefined;
}

/** Runs a scenario on a harness with a market, and ends both in any case. */
export const withDesk = (
  context: Context,
  options: HarnessOptions,
  play: (harness: Harness, desk: Desk) => Promise<Outcome>,
): Promise<Outcome> =>
  withHarness(context, options, async (harness) => {
    const { random, brainFault } = context;
    const market = startMarket(await harness.connect(), random);
    const injector = brainFault && startBrainFault(brainFault, await harness.connect());
    try {
      return await play(harness, { market, injector });
    } finally {
      await Promise.all([market.stop(), injector?.stop()]);
    }
  });

/** Whether every symbol closes periods again, in time. */
export async function untilWell(client: Redis, { market }: Desk): Promise<Finding[]> {
  const closedOf = async (): Promise<number[]> => {
    const batch = client.pipeline(market.symbols.map((symbol) => ['hget', brainStateKey(symbol), 'period']));
    return ((await batch.exec()) ?? []).map(([error, period]) => (error ? NaN : Number(period)));
  };
  const since = Math.floor(Date.now() / 1000 / PERIOD_SEC) + PERIODS_TO_BE_WELL;
  const isWell = await until(async () => (await closedOf()).every((period) => period >= since), TIMEOUT_MS);
  return isWell ? [] : [{ kind: 'no_recovery', text: `not every symbol has closed a period within ${TIMEOUT_MS} ms` }];
}

interface EndOptions {
  services: readonly Service[];
  /** Whether every reply reached the brains, and none was killed: their counters are those of the stream. */
  counted: boolean;
  /**
   * How many closed periods must have fees to compare with the market's. `some`: those that have; while Redis is
   * troubled, a busy machine may leave none whose orders are surely its own. `none`: the brain's clock is not the
   * market's.
   */
  fees: 'enough' | 'some' | 'none';
  /** Whether Redis has lost its data. */
  isLost?: boolean | undefined;
}

/** Ends the run, and checks everything that is left in Redis. */
export async function endDesk(
  client: Redis,
  desk: Desk,
  { services, counted, fees, isLost = false }: EndOptions,
): Promise<Outcome> {
  await desk.injector?.stop();
  const counts = counted ? await compareCounts(client, services) : [];
  const ends = await stopAll(services);
  await desk.market.stop();
  const entries = await readStream(client, STREAMS.efficiencyDecision);
  const { written } = desk.market;
  const withoutFees: Written = { ...written, feesOf: () => undefined };
  const withFees = fees !== 'none' && !isLost;
  const checked = checkStream(entries, withFees ? written : withoutFees, !isLost);
  const findings: Finding[] = [...counts, ...checked.findings, ...ends];
  for (const symbol of desk.market.symbols) {
    const [hash, state] = [await client.hgetall(efficiencyKey(symbol)), await client.hgetall(brainStateKey(symbol))];
    findings.push(...checkShape(efficiencyKey(symbol), hash));
    const wrong = differences(stateOf(state), checked.states.get(symbol) ?? {});
    if (wrong.length > 0) findings.push({ kind: 'broken_chain', text: `state of ${symbol}: ${wrong.join(', ')}` });
  }
  findings.push(...enough(checked.closings, desk.market.symbols.length, 'closed periods'));
  if (fees === 'enough')
    findings.push(...enough(checked.feesChecked, desk.market.symbols.length, 'periods with fees to compare'));
  return {
    findings,
    numbers: { entries: entries.length, 'closed periods': checked.closings, skipped: checked.skipped },
  };
}

/** Compares counters and stream at a time at which no period is closed: the count is the same before and after. */
async function compareCounts(client: Redis, services: readonly Service[]): Promise<Finding[]> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const [closings, skipped] = [await closingsOf(services), await sumOfMetric(services, 'p31_periods_skipped_total')];
    const whole = await readStream(client, STREAMS.efficiencyDecision);
    if ((await closingsOf(services)) === closings) return checkCounts(checkStream(whole), { closings, skipped });
  }
  return enough(0, 1, 'moments without a period that closes');
}

const closingsOf = (services: readonly Service[]): Promise<number> => sumOfMetric(services, 'p31_periods_total');
