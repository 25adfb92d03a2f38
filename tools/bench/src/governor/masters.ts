import { startPrivateCluster, startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { withCleanUp, type Keep } from '@quantum/testbed';
import { Redis as Client } from 'ioredis';
import { withHarness, type Harness, type Options } from '../harness/harness.js';
import { figure, type Figure } from '../measure/report.js';
import { GOVERNOR_ENV } from './backlog.js';
import { drain, pace, STREAM_PLANS, total, type Deployment, type Work } from './shards.js';

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
 * What a plan takes of each master of a Cluster, and of the governor, by processor time: other load moves that less
 * than times. The plans are spread by symbol over 16 streams.
 */
export const benchMasters = (options: Options): Promise<Figure[]> =>
  withHarness(options, (harness) => withCleanUp((keep) => bench(harness, keep)));

async function bench(harness: Harness, keep: Keep): Promise<Figure[]> {
  const [plans, rounds] = harness.short ? [480, 1] : [12_000, 5];
  const contestants = harness.short ? [THREE] : CONTESTANTS;
  harness.tell(`masters: ${plans} plans on 16 streams`);
  const works = new Map<Contestant, Work[]>(contestants.map((contestant) => [contestant, []]));
  const started = new Map<number, Deployment>();
  for (const { masters } of contestants) {
    if (!started.has(masters)) started.set(masters, await start(harness, masters, keep));
  }
  // The first round, by which all is warmed up, does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [contestant, own] of works) {
      const work = await serve(started.get(contestant.masters) as Deployment, contestant, plans);
      harness.tell(`  round ${round}/${rounds} ${contestant.name}: ${textOf(work)}`);
      if (round > 0) own.push(work);
    }
  }
  const of = (value: (work: Work) => number): Record<string, number[]> =>
    Object.fromEntries([...works].map(([{ name }, own]) => [name, own.map(value)]));
  const three = works.get(THREE) ?? [];
  const shares = Array.from({ length: THREE.masters }, (_, i): [string, number[]] => [
    `master ${i + 1}`,
    three.map(({ redisUs }) => (100 * (redisUs[i] ?? NaN)) / total(redisUs)),
  ]);
  return [
    figure('masters work', 'work of the main threads of all masters, a plan', 'us', of(({ redisUs }) => total(redisUs))),
    figure('masters governor', 'work of all threads of the governor, a plan', 'us', of(({ governorUs }) => governorUs)),
    figure('masters late', 'attempts that were late and done again, a plan', '', of(({ late }) => late)),
    figure('masters share', 'share of each of three masters in the work of Redis', '%', Object.fromEntries(shares)),
  ];
} // prettier-ignore

const textOf = ({ redisUs, governorUs, late }: Work): string =>
  `${redisUs.map((us) => us.toFixed(1)).join(' + ')} us a plan, governor ${governorUs.toFixed(1)}, late ${late.toFixed(3)}`;

const serve = (deployment: Deployment, { isPaced = false }: Contestant, plans: number): Promise<Work> =>
  isPaced ? pace(deployment, plans * PACED_SHARE) : drain(deployment, plans);

interface Servers {
  url: string;
  servers: readonly PrivateRedis[];
}

async function startServers(masters: number, keep: Keep): Promise<Servers> {
  if (masters === 0) {
    const server = keep(await startPrivateRedis({ tcp: true }), ({ stop }) => stop());
    return { url: server.url, servers: [server] };
  }
  // A master that has met no other does not know its address.
  const options = { masters, config: { 'cluster-announce-ip': '127.0.0.1' } };
  const cluster = keep(await startPrivateCluster(options), ({ stop }) => stop());
  return { url: cluster.url, servers: cluster.masters };
}

/** Starts this many masters and a governor on them. */
async function start(harness: Harness, masters: number, keep: Keep): Promise<Deployment> {
  const disconnect = (client: Client | Redis): void => {
    client.disconnect();
  };
  const { url, servers } = await startServers(masters, keep);
  const redis = keep(connectRedis({ url, host: '', port: 0, db: 0 }, 'bench'), disconnect);
  const clients = servers.map(({ socketPath }) =>
    keep(new Client({ path: socketPath, disconnectTimeout: 100 }), disconnect),
  );
  await untilReady(redis);
  const governor = await harness.service('governor-plugin', 0, { ...GOVERNOR_ENV, REDIS_URL: url, STREAM_PLANS });
  await governor.ready();
  governor.pause();
  return { redis, clients, governor };
}
