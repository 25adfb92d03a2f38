import { startPrivateCluster, startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { connectRedis, untilReady } from '@quantum/redis-io';
import { Redis as Client } from 'ioredis';
import { withHarness, type Harness, type Options } from '../harness/harness.js';
import type { Service } from '../harness/service.js';
import { figure, type Figure } from '../measure/report.js';
import { GOVERNOR_ENV } from './backlog.js';
import { drain, pace, STREAM_PLANS, total, type Work } from './shards.js';

/** Plans that come one at a time, of those of a backlog. */
const PACED_SHARE = 1 / 10;

interface Contestant {
  name: string;
  /** 0: one server that is no Cluster. */
  masters: number;
  /** Plans come one at a time instead of as a backlog: every command is then alone in its pipeline. */
  isPaced?: boolean;
}

const THREE: Contestant = { name: '3 masters', masters: 3 };
const CONTESTANTS: readonly Contestant[] = [
  THREE,
  { name: '3 masters, one at a time', masters: 3, isPaced: true },
  { name: 'one server', masters: 0 },
  { name: '1 master', masters: 1 },
  { name: '6 masters', masters: 6 },
];

/**
 * What a plan takes of each master of a Cluster, and of the governor, by processor time: other load of the machine does not
 * move it much. The plans are spread by symbol over 16 streams.
 */
export const benchMasters = async (options: Options): Promise<Figure[]> =>
  withHarness(options, async (harness) => {
    const [plans, rounds] = harness.short ? [480, 1] : [24_000, 5];
    harness.tell(`masters: ${plans} plans on 16 streams`);
    const sum: Record<string, number[]> = {};
    const governors: Record<string, number[]> = {};
    const byMaster: Record<string, number[]> = {};
    for (const contestant of harness.short ? [THREE] : CONTESTANTS) {
      const { name, masters } = contestant;
      const runs = await measure(harness, contestant, plans, rounds);
      sum[name] = runs.map(({ redisUs }) => total(redisUs));
      governors[name] = runs.map(({ governorUs }) => governorUs);
      if (contestant !== THREE) continue;
      for (let i = 0; i < masters; i += 1) {
        byMaster[`master ${i + 1}`] = runs.map(({ redisUs }) => (100 * (redisUs[i] ?? NaN)) / total(redisUs));
      }
    }
    return [
      figure('masters work', 'work of the main threads of all masters, a plan', 'us', sum),
      figure('masters governor', 'work of all threads of the governor, a plan', 'us', governors),
      figure('masters share', 'share of each of three masters in the work of Redis', '%', byMaster),
    ];
  });

interface Servers {
  url: string;
  servers: readonly PrivateRedis[];
  stop: () => Promise<void>;
}

async function startServers(masters: number): Promise<Servers> {
  if (masters === 0) {
    const server = await startPrivateRedis({ tcp: true });
    return { url: server.url, servers: [server], stop: server.stop };
  }
  // A master that has met no other does not know its address.
  const cluster = await startPrivateCluster({ masters, config: { 'cluster-announce-ip': '127.0.0.1' } });
  return { url: cluster.url, servers: cluster.masters, stop: cluster.stop };
}

/** Has a governor serve plans on this many masters, round by round; the first, by which all is warmed up, does not count. */
async function measure(
  harness: Harness,
  { name, masters, isPaced = false }: Contestant,
  plans: number,
  rounds: number,
): Promise<Work[]> {
  const { url, servers, stop } = await startServers(masters);
  const redis = connectRedis({ url, host: '', port: 0, db: 0 }, 'bench');
  const clients = servers.map(({ socketPath }) => new Client({ path: socketPath, disconnectTimeout: 100 }));
  try {
    await untilReady(redis);
    const governor = await harness.service('governor-plugin', 0, {
      ...GOVERNOR_ENV,
      REDIS_URL: url,
      STREAM_PLANS,
    });
    await governor.ready();
    const runs: Work[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const work = await (isPaced
        ? pace({ redis, clients, governor }, plans * PACED_SHARE)
        : drain({ redis, clients, governor }, plans));
      const redisUs = work.redisUs.map((us) => us.toFixed(1)).join(' + ');
      harness.tell(`  ${name}, round ${round}/${rounds}: ${redisUs} us a plan, governor ${work.governorUs.toFixed(1)}, late ${await lateOf(governor)}`); // prettier-ignore
      if (round > 0) runs.push(work);
    }
    await governor.stop();
    return runs;
  } finally {
    redis.disconnect();
    for (const client of clients) client.disconnect();
    await stop();
  }
}

/** Attempts that were too late to grant, since the start: they are done again, and so make more work. */
const lateOf = async (governor: Service): Promise<string> =>
  /^p32_errors_total\{kind="late"\} (\d+)$/m.exec(await governor.metrics())?.[1] ?? '0';
