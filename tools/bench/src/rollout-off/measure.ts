import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lifetimeSec } from '@quantum/rollout-plan';
import {
  HARNESS_USER,
  readState,
  RolloutHarness,
  sendCommand,
  untilOff,
  type RolloutHarnessOptions,
  type ReaderKind,
} from '@quantum/rollout-testbed';
import { ROLLOUT_EPOCH_KEY } from '@quantum/redis-schemas';
import { seeded, waitFor, type Service } from '@quantum/testbed';

/** What ends enforcement. */
const DEATH = 'kill -9 of every process';
const CAUSES = ['breach of a guard', 'command rollback', 'kill', DEATH] as const;
export type Cause = (typeof CAUSES)[number];

/** Seconds from the cause to the last reader of each kind, a value per run. */
export type OffTimes = Record<ReaderKind, number[]>;

interface OffOptions extends RolloutHarnessOptions {
  /** Runs of each cause, and of that of `kill -9`, which takes a lifetime each. */
  runs: number;
  deaths: number;
  /** Rollouts that are measured side by side. */
  rollouts: number;
  tell: (line: string) => void;
}

/** Twice the bound is no measurement any more. */
const maxMs = (intervalSec: number): number => 2000 * (intervalSec + lifetimeSec(intervalSec));

/**
 * Ends enforcement again and again, at random times of a cycle, and reads until no multiplier counts any more. Almost
 * all of a run is waiting, so that several rollouts, each on a Redis of its own, are measured side by side.
 */
export async function measureOff(options: OffOptions): Promise<Map<Cause, OffTimes>> {
  const { runs, deaths, tell } = options;
  const found = new Map<Cause, OffTimes>();
  const rollouts: MeasuredRollout[] = [];
  try {
    for (let i = 0; i < rolloutsOf(options); i += 1) rollouts.push(await startMeasured(options, i + 1));
    for (const cause of CAUSES) {
      const times: OffTimes = { epoch: [], expiry: [] };
      let left = cause === DEATH ? deaths : runs;
      const drain = async (rollout: MeasuredRollout): Promise<void> => {
        while (left > 0) {
          left -= 1;
          const { epoch, expiry } = await rollout.run(cause);
          times.epoch.push(epoch);
          times.expiry.push(expiry);
        }
      };
      await Promise.all(rollouts.map(drain));
      if (times.epoch.length > 0) found.set(cause, times);
      tell(`${cause}: ${times.epoch.length} runs`);
    }
  } finally {
    await Promise.all(rollouts.map((rollout) => rollout.stop()));
  }
  return found;
}

/** How many rollouts are measured side by side. */
export const rolloutsOf = ({ runs, deaths, rollouts }: Pick<OffOptions, 'runs' | 'deaths' | 'rollouts'>): number =>
  Math.min(rollouts, Math.max(runs, deaths));

/** A rollout that is started and ended, one run after the other. */
interface MeasuredRollout {
  /** Seconds from the cause to the last reader of each kind. */
  run: (cause: Cause) => Promise<Record<ReaderKind, number>>;
  stop: () => Promise<void>;
}

async function startMeasured(options: OffOptions, seed: number): Promise<MeasuredRollout> {
  const { intervalSec } = options;
  const folder = mkdtempSync(join(options.folder, 'rollout-'));
  const harness = await RolloutHarness.start({ ...options, folder });
  const random = seeded(seed);
  let rollout = await harness.startRollout();
  return {
    run: async (cause) => {
      await harness.begin();
      await delay(random.between(0, 1000 * intervalSec));
      const fromMs = performance.now();
      await end(harness, rollout, cause);
      const off = await untilOff(harness.redis, harness.symbols, maxMs(intervalSec));
      if (cause === DEATH) rollout = await harness.startRollout();
      else await waitFor(async () => !(await isPublishing(harness)), { what: `the rollout to end by ${cause}` });
      return { epoch: (off.epoch - fromMs) / 1000, expiry: (off.expiry - fromMs) / 1000 };
    },
    stop: () => harness.stop(),
  };
}

const isPublishing = async ({ redis }: RolloutHarness): Promise<boolean> =>
  !['rolled_back', 'killed'].includes((await readState(redis)).name);

async function end(harness: RolloutHarness, rollout: Service, cause: Cause): Promise<void> {
  switch (cause) {
    case 'breach of a guard': {
      const [symbol = ''] = harness.symbols;
      const before = harness.market.get(symbol);
      // An unpublished policy breaches `integrity`, whose demand is a rollback.
      if (before) harness.market.set(symbol, { ...before, proposal: { multiplier: 0.9, policy: 'ba9876543210' } });
      return harness.writeMarket();
    }
    case 'command rollback':
      await sendCommand(harness.redis, HARNESS_USER, 'rollback');
      return;
    case 'kill':
      await harness.redis.incr(ROLLOUT_EPOCH_KEY);
      return;
    case DEATH:
      await rollout.kill();
  }
}
