import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../scenario.js';
import type { Service } from './harness.js';

/**
 * Kills services with SIGKILL, `kills` times in all, each at a random moment after it is ready, and starts another one.
 * Resolves to those that are alive at the end.
 */
export function killAtRandom(
  services: readonly Service[],
  start: () => Service,
  { random, kills }: Pick<Context, 'random' | 'kills'>,
  longestLifeMs: number,
): Promise<Service[]> {
  let left = kills;
  const keepKilling = async (first: Service): Promise<Service> => {
    for (let service = first; ; service = start()) {
      await service.untilReady();
      if (left <= 0) return service;
      left -= 1;
      await delay(random.between(0, longestLifeMs));
      await service.kill();
    }
  };
  return Promise.all(services.map(keepKilling));
}
