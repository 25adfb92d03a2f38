import { strict as assert } from 'node:assert';
import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lostPlansKey, PROPOSER_STATE_PREFIX, STREAMS } from '@quantum/redis-schemas';
import { flow, undecided } from './plans.js';
import { changesOf, filesOf, snapshot } from './snapshot.js';
import { UNITS, type Chapter, type Host } from './host.js';

const currentRelease = ({ container }: Host): string =>
  basename(readlinkSync(join(container.tree, 'opt', 'quantum', 'current')));

const lostPlans = async (host: Host): Promise<string> =>
  host.container.run("curl -fs localhost:8044/metrics | sed -n 's/^p32_plans_lost_total //p'");

/** Does what a document says while plans flow, and a second longer. How many plans flowed; each has its decision. */
async function whilePlansFlow(host: Host, chapter: string, release: string): Promise<number> {
  const plans = flow(host.redis);
  await host.typeChapter('docs/deployment.md', chapter);
  assert.equal(currentRelease(host), release);
  for (const unit of UNITS) await host.untilReady(unit);
  const ids = await plans.stop();
  await host.until('every plan has its decision', 15, async () => (await undecided(host.redis, ids)).length === 0);
  assert.equal(await lostPlans(host), '0');
  return ids.length;
}

/**
 * A few keys that the services write anew all the time, with any release: the proposer's last cycle, members and fence,
 * and the governors' account of the plans that they were given.
 */
const isServicesOwn = (key: string): boolean =>
  key.startsWith(PROPOSER_STATE_PREFIX) || key === lostPlansKey(STREAMS.plans);

export const upgradeAndBack: Chapter = {
  name: 'upgrade and rollback while plans flow',
  run: async (host) => {
    // What others have in Redis, for good.
    await host.redis.hset('quantum:allocation:target:E2ELIVE', { target_usd: '1000', timestamp: '1', mode: 'shadow' });
    await host.redis.set('quantum:others', 'untouched');
    const before = { keys: await snapshot(host.redis), files: await filesOf(host.container) };
    const up = await whilePlansFlow(host, 'Upgrade', '1.1.0');
    await host.bothActive();
    const back = await whilePlansFlow(host, 'Back, in one command', '1.0.0');
    await host.bothActive();
    const lasting = changesOf(before.keys, await snapshot(host.redis)).filter(
      ({ key, what, expires, isCapped }) => !expires && !isCapped && !(what === 'changed' && isServicesOwn(key)),
    );
    assert.deepEqual(lasting, [], 'what changed in Redis and stays');
    assert.deepEqual(await filesOf(host.container), before.files, 'configuration and units');
    return `${up} plans over the upgrade, ${back} over the rollback, none lost; what changed in Redis expires or is capped`;
  },
};
