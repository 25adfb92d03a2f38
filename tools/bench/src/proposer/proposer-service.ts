import type { Harness } from '../harness/harness.js';
import { valueOf } from '../harness/prometheus.js';
import type { Service } from '../harness/service.js';

/** Warm-up cycles before the first that counts: by then the code is compiled. */
const WARM_UP_CYCLES = 4;

const DURATION = 'p29_shadow_loop_duration_seconds';

/** A proposer that runs a cycle in its pass, and is suspended in between. */
interface ProposerPasses {
  service: Service;
  /** Runs one cycle and returns its duration, from the tick to its end, ms. */
  pass: () => Promise<number>;
  /** Wait of the last cycle for its list of symbols, ms. */
  listingMs: () => number;
}

/** Long enough that nothing becomes stale while the bench runs. */
const LONG_SEC = '86400';

export async function startProposer(
  harness: Harness,
  db: number,
  { mainFile, env = {} }: { mainFile?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<ProposerPasses> {
  const intervalSec = harness.short ? '0.2' : '2';
  const intervals = { LOOP_INTERVAL_SEC: intervalSec, DISCOVERY_INTERVAL_SEC: intervalSec };
  const ownEnv = { ...intervals, P31_STALE_SEC: LONG_SEC, ...env };
  const service = await harness.service('allocation-target', db, ownEnv, mainFile === undefined ? {} : { mainFile });
  let listingMs = 0;
  const cycle = async (): Promise<void> => {
    listingMs = Number((await service.nextLine('cycle'))['listingMs']);
  };
  for (let i = 0; i < WARM_UP_CYCLES; i += 1) await cycle();
  let before = await durationOf(service);
  service.pause();
  return {
    service,
    pass: async () => {
      service.resume();
      // The cycle that was due meanwhile is late, and the next follows early: their scans do not come before them.
      for (let late = 0; late < 2; late += 1) await cycle();
      before = await durationOf(service, before.count + 2);
      await cycle();
      const after = await durationOf(service, before.count + 1);
      service.pause();
      const ms = (1000 * (after.sum - before.sum)) / (after.count - before.count);
      before = after;
      return ms;
    },
    listingMs: () => listingMs,
  };
}

/** Sum and count of the cycles' durations, once the count is reached. */
async function durationOf(service: Service, atLeast = 0): Promise<{ sum: number; count: number }> {
  for (;;) {
    const text = await service.metrics();
    const [sum, count] = [valueOf(text, `${DURATION}_sum`), valueOf(text, `${DURATION}_count`)];
    if (count >= atLeast) return { sum, count };
  }
}
