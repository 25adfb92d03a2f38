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
import { seeded, waitFor, type Service } from '@quantum/testbed';

/** What ends enforcement. */
export const CAUSES = ['breach of a guard', 'command rollback', 'kill', 'kill -9 of every process'] as const;
export type Cause = (typeof CAUSES)[number];

/** Seconds from the cause to the last reader of each kind, a value per run. */
export type OffTimes = Record<ReaderKind, number[]>;

export interface OffOptions extends BedOptions {
  /** Runs of each cause, and of that of `kill -9`, which takes a lifetime each. */
  runs: number;
  deaths: number;
  tell: (line: string) => void;
}

/** Twice the bound is no measurement any more. */
const maxMs = (intervalSec: number): number => 2000 * (intervalSec + lifetimeSec(intervalSec));

/** Ends enforcement again and again, at random times of a cycle, and reads until no multiplier counts any more. */
export async function measureOff(options: OffOptions): Promise<Map<Cause, OffTimes>> {
  const { intervalSec, runs, deaths, tell } = options;
  const bed = await RolloutBed.start(options);
  const random = seeded(1);
  const found = new Map<Cause, OffTimes>();
  try {
    let rollout = await bed.startRollout();
    for (const cause of CAUSES) {
      const times: OffTimes = { epoch: [], expiry: [] };
      const isDeath = cause === 'kill -9 of every process';
      for (let run = 0; run < (isDeath ? deaths : runs); run += 1) {
        await bed.begin();
        await delay(random.between(0, 1000 * intervalSec));
        const fromMs = performance.now();
        await end(bed, rollout, cause);
        const off = await untilOff(bed.redis, bed.symbols, maxMs(intervalSec));
        times.epoch.push((off.epoch - fromMs) / 1000);
        times.expiry.push((off.expiry - fromMs) / 1000);
        if (isDeath) rollout = await bed.startRollout();
        else await waitFor(async () => !(await isPublishing(bed)), { what: `the rollout to end by ${cause}` });
      }
      if (times.epoch.length > 0) found.set(cause, times);
      tell(`${cause}: ${times.epoch.length} runs`);
    }
  } finally {
    await bed.stop();
  }
  return found;
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
    case 'kill -9 of every process':
      await rollout.kill();
  }
}
