import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RolloutHarness } from '@quantum/rollout-testbed';
import { CannotRun } from '@quantum/service-kit';
import { playWithin } from '../play-within.js';
import { startOne } from '../rollout/services.js';
import { startConsole } from '../services/start-console.js';
import { playIncident } from './play.js';

const USER = 'ana';
const MAX_MS = 240_000;

/**
 * Plays an incident on a private Redis with the built services, and compares after each step what page, CLI and audit
 * say. Resolves to the exit code: 0 if they agree, 1 if not, 2 if it could not start, 128 + the signal if interrupted.
 */
export const runIncident = (appsFolder: string): Promise<number> =>
  playWithin(MAX_MS, async (resources, say, fail) => {
    for (const app of ['console', 'governor-plugin', 'quantumctl', 'target-rollout']) {
      if (!existsSync(join(appsFolder, app, 'main.js')))
        throw new CannotRun(`${app} is not built: npx nx run-many -t build`);
    }
    const harness = await RolloutHarness.start({ appsFolder, folder: resources.folder, intervalSec: 1 });
    resources.add(() => harness.stop());
    // Like no word of any output, where a password would be masked.
    const password = randomBytes(16).toString('hex');
    await harness.redis.call('acl', 'SETUSER', USER, 'on', `>${password}`, '~*', '&*', '+@all');
    // One plan in five minutes: the second one breaches the limit, and disarms.
    const limits = {
      GOV_SYMBOL_COOLDOWN_SECONDS: '0',
      GOV_MAX_EXEC_PER_5MIN: '1',
      GOV_DISARM_ON_BURST_BREACH: 'true',
      GOV_ALLOCATION_TARGET: 'live',
    };
    await Promise.all([
      startOne('governor-plugin', appsFolder, { REDIS_URL: harness.url, ...limits }, resources, fail),
      harness.startRollout(),
    ]);
    await harness.begin(); // which may try more than once: what the page would keep of that is removed from Redis
    const pageUrl = await startConsole(appsFolder, harness.url, resources);
    say('demo', `private Redis, governor, rollout; the page at ${pageUrl}`);
    const userUrl = harness.url.replace('://', `://${USER}:${password}@`);
    const fixture = { redis: harness.redis, user: USER, userUrl, pageUrl, appsFolder, folder: resources.folder };
    await playIncident(fixture, harness, say);
    process.stdout.write('\nPage, CLI and audit agree.\n');
    return 0;
  });
