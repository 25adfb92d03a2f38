import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lifetimeSec } from '@quantum/rollout-plan';
import {
  BED_USER,
  readState,
  RolloutBed,
  sendCommand,
  untilOff,
  type BedOptions,
  type ReaderKind,
} from '@quantum/rollout-testbed';
import { ROLLOUT_EPOCH_KEY } from '@quantum/redis-schemas';
import { seeded, waitFor, type Random, type Service } from '@quantum/testbed';

/** What ends enforcement. */
const DEATH = 'kill -9 of every process';
export const CAUSES = ['breach of a guard', 'command rollback', 'kill', DEATH] as const;
export type Cause = (typeof CAUSES)[number];

/** Seconds from the cause to the last reader of each kind, a value per run. */
export type OffTimes = Record<ReaderKind, number[]>;

export interface OffOptions extends BedOptions {
  /** Runs of each cause, and of that of `kill -9`, which takes a lifetime each. */
  runs: number;
  deaths: number;
  /** Rollouts that are measured side by side. */
  beds: number;
  tell: (line: string) => void;
}

/** Twice the bound is no measurement any more. */
const maxMs = (intervalSec: number): number => 2000 * (intervalSec + lifetimeSec(intervalSec));

/**
 * Ends enforcement again and again, at random times of a cycle, and reads until no multiplier counts any more. Almost all of a run is waiting, so that
 * several rollouts, each on a Redis of its own, are measured side by side.
 */
export async function measureOff(options: OffOptions): Promise<Map<Cause, OffTimes>> {
  const { runs, deaths, tell } = options;
  const found = new Map<Cause, OffTimes>();
  const rollouts: MeasuredRollout[] = [];
  try {
    for (let i = 0; i < rolloutsOf(options); i += 1) rollouts.push(await MeasuredRollout.start(options, i + 1));
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
export const rolloutsOf = ({ runs, deaths, beds }: Pick<OffOptions, 'runs' | 'deaths' | 'beds'>): number =>
  Math.min(beds, Math.max(runs, deaths));

/** Starts and ends a rollout, one run after the other. */
class MeasuredRollout {
  readonly #bed: RolloutBed;
  readonly #intervalSec: number;
  readonly #random: Random;
  #rollout: Service;

  private constructor(bed: RolloutBed, rollout: Service, intervalSec: number, seed: number) {
    this.#bed = bed;
    this.#rollout = rollout;
    this.#intervalSec = intervalSec;
    this.#random = seeded(seed);
  }

  static async start(options: OffOptions, seed: number): Promise<MeasuredRollout> {
    const folder = mkdtempSync(join(options.folder, 'bed-'));
    const bed = await RolloutBed.start({ ...options, folder });
    return new MeasuredRollout(bed, await bed.startRollout(), options.intervalSec, seed);
  }

  stop(): Promise<void> {
    return this.#bed.stop();
  }

  /** Seconds from the cause to the last reader of each kind. */
  async run(cause: Cause): Promise<Record<ReaderKind, number>> {
    const [bed, intervalSec] = [this.#bed, this.#intervalSec];
    await bed.begin();
    await delay(this.#random.between(0, 1000 * intervalSec));
    const fromMs = performance.now();
    await end(bed, this.#rollout, cause);
    const off = await untilOff(bed.redis, bed.symbols, maxMs(intervalSec));
    if (cause === DEATH) this.#rollout = await bed.startRollout();
    else await waitFor(async () => !(await isPublishing(bed)), { what: `the rollout to end by ${cause}` });
    return { epoch: (off.epoch - fromMs) / 1000, expiry: (off.expiry - fromMs) / 1000 };
  }
}

const isPublishing = async ({ redis }: RolloutBed): Promise<boolean> =>
  !['rolled_back', 'killed'].includes((await readState(redis)).name);

async function end(bed: RolloutBed, rollout: Service, cause: Cause): Promise<void> {
  switch (cause) {
    case 'breach of a guard': {
      const [symbol = ''] = bed.symbols;
      const before = bed.market.get(symbol);
      // An unpublished policy breaches `integrity`, whose demand is a rollback.
      if (before) bed.market.set(symbol, { ...before, proposal: { multiplier: 0.9, policy: 'ba9876543210' } });
      return bed.writeMarket();
    }
    case 'command rollback':
      await sendCommand(bed.redis, BED_USER, 'rollback');
      return;
    case 'kill':
      await bed.redis.incr(ROLLOUT_EPOCH_KEY);
      return;
    case DEATH:
      await rollout.kill();
  }
}
