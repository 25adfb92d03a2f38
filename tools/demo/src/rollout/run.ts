import { writeMarket } from '@quantum/rollout-testbed';
import { createTicker } from '@quantum/service-kit';
import { playWithin } from '../play-within.js';
import { openRedis } from '../redis-of-run.js';
import { conclude } from './conclude.js';
import { play } from './play.js';
import { marketOfDemo, planOfDemo } from './scenario.js';
import { startOne } from './services.js';
import { watcher } from './watch.js';

const INTERVAL_SEC = 1;
const FEED_MS = 500;
const WATCH_MS = 200;
const MAX_MS = 120_000;

/**
 * Plays a rollout at speed on a private Redis: evidence, stages, an incident, the rollback. Resolves to the exit code:
 * 0 if the last reader was off within the guaranteed time and all was recorded, 1 if not, 2 if it could not start, 128
 * + the signal if interrupted.
 */
export const runRolloutDemo = (appsFolder: string): Promise<number> =>
  playWithin(MAX_MS, async (resources, say, fail) => {
    const { connection: redis, url, description } = await openRedis(undefined, resources);
    const [plan, market] = [planOfDemo(), marketOfDemo()];
    const symbols = [...market.keys()];
    say('demo', `${description}; a cycle of the rollout each second`);
    const repeat = (intervalMs: number, run: () => Promise<void>): void => {
      const ticker = createTicker({ intervalMs, run, onError: fail });
      resources.add(() => ticker.stop());
    };
    await writeMarket(redis, Date.now() / 1000, market);
    repeat(FEED_MS, () => writeMarket(redis, Date.now() / 1000, market));
    const watch = watcher(redis, plan.plan, symbols, say);
    repeat(WATCH_MS, watch);
    const start = (name: string, env: Readonly<Record<string, string>>): Promise<void> =>
      startOne(name, appsFolder, { REDIS_URL: url, ...env }, resources, fail);
    await Promise.all([
      start('allocation-target', { LOOP_INTERVAL_SEC: '1' }),
      start('governor-plugin', { GOV_ALLOCATION_TARGET: 'effective' }),
    ]);
    const startRollout = (): Promise<void> =>
      start('target-rollout', { ROLLOUT_INTERVAL_SEC: String(INTERVAL_SEC), ROLLOUT_USERS: 'ana,ben' });
    const offAfterSec = await play({ redis, plan, market, say, startRollout });
    await watch();
    const { lines, isGood } = await conclude(redis, symbols, offAfterSec, INTERVAL_SEC, plan);
    process.stdout.write(`\n${lines.join('\n')}\n`);
    return isGood ? 0 : 1;
  });
