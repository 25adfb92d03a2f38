import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RolloutBed } from '@quantum/rollout-testbed';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { interruption } from '../ending.js';
import { startOne } from '../rollout/services.js';
import type { Say } from '../rollout/watch.js';
import { RunResources } from '../run-resources.js';
import { startConsole } from '../services/start-console.js';
import { playIncident } from './play.js';

const USER = 'ana';
const MAX_MS = 240_000;
const CANNOT_RUN = 2;

/**
 * Plays an incident on a private Redis with the built services, and compares after each step what page, CLI and audit say. Resolves to the exit
 * code: 0 if they agree, 1 if not, 2 if it could not start, 128 + the signal if interrupted.
 */
export async function runIncident(appsFolder: string): Promise<number> {
  const resources = new RunResources();
  const startedMs = performance.now();
  const say: Say = (who, what) => {
    const sec = who === '' ? '' : `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    process.stdout.write(`${sec.padStart(8)}  ${who.padEnd(9)} ${what}\n`);
  };
  try {
    const late = new Promise<never>((_, reject) => {
      setTimeout(reject, MAX_MS, new Error(`the incident was not over after ${MAX_MS / 1000} s`)).unref();
    });
    const ended = await Promise.race([played(appsFolder, resources, say), interruption(), late]);
    if (ended !== undefined) return ended.exitCode;
    process.stdout.write('\nPage, CLI and audit agree.\n');
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof CannotRun ? CANNOT_RUN : 1;
  } finally {
    await resources.release();
  }
}

async function played(appsFolder: string, resources: RunResources, say: Say): Promise<undefined> {
  for (const app of ['console', 'governor-plugin', 'quantumctl', 'target-rollout']) {
    if (!existsSync(join(appsFolder, app, 'main.js')))
      throw new CannotRun(`${app} is not built: npx nx run-many -t build`);
  }
  const bed = await RolloutBed.start({ appsFolder, folder: resources.folder, intervalSec: 1 });
  resources.add(() => bed.stop());
  // Like no word of any output, where a password would be masked.
  const password = randomBytes(16).toString('hex');
  await bed.redis.call('acl', 'SETUSER', USER, 'on', `>${password}`, '~*', '&*', '+@all');
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // One plan in five minutes: the second one breaches the limit, and disarms.
  const limits = {
    GOV_SYMBOL_COOLDOWN_SECONDS: '0',
    GOV_MAX_EXEC_PER_5MIN: '1',
    GOV_DISARM_ON_BURST_BREACH: 'true',
    GOV_ALLOCATION_TARGET: 'live',
  };
  const playing = (async () => {
    const [pageUrl] = await Promise.all([
      startConsole(appsFolder, bed.url, resources),
      startOne('governor-plugin', appsFolder, { REDIS_URL: bed.url, ...limits }, resources, fail),
      bed.startRollout(),
    ]);
    say('demo', `private Redis, governor, rollout; the page at ${pageUrl}`);
    await bed.begin();
    const userUrl = bed.url.replace('://', `://${USER}:${password}@`);
    const scene = { redis: bed.redis, user: USER, userUrl, pageUrl, appsFolder, folder: resources.folder };
    await playIncident(scene, bed, say);
  })();
  await Promise.race([playing, failure]);
  return undefined;
}
