import type { Harness } from '../harness/harness.js';
import type { Service } from '../harness/service.js';
import { AHEAD_SEC } from './market.js';

/** Warm-up cycles before the first that counts: by then the code is compiled. */
const WARM_UP_CYCLES = 4;

/** `cycle`: periods are so long that none closes. `period`: each cycle closes one, and writes every state. */
export type CycleKind = 'cycle' | 'period';

interface BrainOptions {
  kind: CycleKind;
  intervalSec: number;
  mainFile?: string;
}

/** A brain whose cycles are all of one kind. */
interface Brain {
  service: Service;
  /** The next cycle's duration, from its list of symbols to its gauges, ms. */
  cycle: () => Promise<number>;
}

/** Hashes are written too, and inputs of `AHEAD_SEC` count as fresh. */
export const brainEnv = ({
  kind,
  intervalSec,
}: Pick<BrainOptions, 'kind' | 'intervalSec'>): Record<string, string> => ({
  P31_MODE: 'enforce',
  P31_LOOP_SEC: String(intervalSec),
  P31_STALE_SEC: '604800',
  P31_MAX_FUTURE_SEC: String(2 * AHEAD_SEC),
  BRAIN_PERIOD_SEC: kind === 'period' ? String(intervalSec) : '86400',
  LOG_LEVEL: 'debug',
});

export async function startBrain(harness: Harness, db: number, { mainFile, ...options }: BrainOptions): Promise<Brain> {
  const service = await harness.service('efficiency-brain', db, brainEnv(options), mainFile ? { mainFile } : {});
  return { service, cycle: async () => Number((await service.nextLine(options.kind))['durationMs']) };
}

/** A brain that runs a cycle in its pass, and is suspended in between. Returns the cycle's duration, ms. */
export async function brainPass(
  harness: Harness,
  db: number,
  options: Omit<BrainOptions, 'intervalSec'>,
): Promise<() => Promise<number>> {
  const { service, cycle } = await startBrain(harness, db, { intervalSec: harness.short ? 0.3 : 2, ...options });
  for (let i = 0; i < WARM_UP_CYCLES; i += 1) await cycle();
  service.pause();
  return async () => {
    service.resume();
    // The cycle that was due meanwhile is late, claims the lease anew and reads every state; the next follows early.
    for (let late = 0; late < 2; late += 1) await cycle();
    const ms = await cycle();
    service.pause();
    return ms;
  };
}
