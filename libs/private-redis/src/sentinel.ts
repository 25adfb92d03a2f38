import { ask, until } from './ask.js';
import { startPrivateRedis, startServer, type PrivateRedis } from './start.js';

const MASTER_NAME = 'mymaster';
const ORDER_AGAIN_MS = 6000;
/** A majority of the sentinels decides on a failover. */
const [SENTINELS, QUORUM] = [3, 2];
/** Lines of redis.conf for the master and its replicas. */
const DATA_CONFIG = { 'repl-diskless-sync-delay': '0' };

export interface PrivateSentinelOptions {
  /** Number of replicas; default 1. */
  replicas?: number;
}

/** A master with replicas and the sentinels that monitor them, of this process alone. */
export interface PrivateSentinel {
  /** Value for REDIS_URL: redis+sentinel://127.0.0.1:port,.../mymaster */
  url: string;
  sentinels: readonly PrivateRedis[];
  /** All data servers, the first master first; to pause, kill or restart. */
  servers: readonly PrivateRedis[];
  /** The server that all sentinels name as master now. */
  master: () => Promise<PrivateRedis>;
  /** Orders a failover without a fault, and waits until it is over and all sentinels name the new master. */
  failover: () => Promise<PrivateRedis>;
  /** Waits until all sentinels name another master than this one. After a crash that takes some seconds. */
  masterOtherThan: (old: PrivateRedis) => Promise<PrivateRedis>;
  stop: () => Promise<void>;
}

/** Starts everything and waits until a failover would work: about a second. */
export async function startPrivateSentinel(options: PrivateSentinelOptions = {}): Promise<PrivateSentinel> {
  const { replicas = 1 } = options;
  const started: PrivateRedis[] = [];
  const keep = (server: PrivateRedis): PrivateRedis => {
    started.push(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    const first = keep(await startPrivateRedis({ tcp: true, config: DATA_CONFIG }));
    const replicaConfig = { ...DATA_CONFIG, replicaof: `127.0.0.1 ${first.port}` };
    const copies = await Promise.all(
      Array.from({ length: replicas }, async () => keep(await startPrivateRedis({ tcp: true, config: replicaConfig }))),
    );
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, async () => keep(await startSentinel(first))),
    );
    const servers = [first, ...copies];
    await untilWatched(sentinels, replicas);
    return { ...handle(sentinels, servers), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSentinel(master: PrivateRedis): Promise<PrivateRedis> {
  const config = {
    [`sentinel monitor ${MASTER_NAME}`]: `127.0.0.1 ${master.port} ${QUORUM}`,
    [`sentinel down-after-milliseconds ${MASTER_NAME}`]: '1000',
    [`sentinel failover-timeout ${MASTER_NAME}`]: '5000',
  };
  const sentinel = await startServer({ tcp: true, config }, '--sentinel');
  // By default, sentinels poll every few seconds, which is too slow for tests. A much shorter PUBLISH-PERIOD would let
  // them mistake a replica during its promotion for one with a wrong role, and revert it. Once the master is down they
  // ask replicas once a second, and promote none whose answer is older than five PING-PERIODs.
  const periods = { 'INFO-PERIOD': 100, 'PING-PERIOD': 400, 'ASK-PERIOD': 100, 'PUBLISH-PERIOD': 1000 };
  await ask(sentinel, 'SENTINEL', 'DEBUG', ...Object.entries(periods).flat());
  return sentinel;
}

function handle(sentinels: readonly PrivateRedis[], servers: readonly PrivateRedis[]): Omit<PrivateSentinel, 'stop'> {
  /** The master's port, unless this sentinel is just about to change it. */
  const settledPort = async (sentinel: PrivateRedis): Promise<number | undefined> => {
    const flat = (await ask(sentinel, 'SENTINEL', 'MASTER', MASTER_NAME)) as string[];
    const value = (name: string) => flat[flat.indexOf(name) + 1] ?? '';
    return value('flags').includes('failover_in_progress') ? undefined : Number(value('port'));
  };
  /** Their common answer; undefined while they differ. */
  const portNow = async (): Promise<number | undefined> => {
    const [first, ...others] = await Promise.all(sentinels.map(settledPort));
    return others.every((port) => port === first) ? first : undefined;
  };
  const byPort = (port: number): PrivateRedis => {
    const server = servers.find((one) => one.port === port);
    if (!server) throw new Error(`the sentinels name a master at port ${port}, which is none of ours`);
    return server;
  };
  const masterOtherThan = (old: PrivateRedis): Promise<PrivateRedis> =>
    until('another master', async () => {
      const port = await portNow();
      if (port === undefined || port === old.port) return undefined;
      return (await isMaster(byPort(port))) ? byPort(port) : undefined;
    });
  const master = async () => byPort(await until('one master', portNow));
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER_NAME}`,
    sentinels,
    servers,
    master,
    masterOtherThan,
    failover: async () => {
      const old = await master();
      // On a busy machine the sentinels may give up a failover, and only this code would start another.
      const order = () => void ask(sentinels[0], 'SENTINEL', 'FAILOVER', MASTER_NAME).catch(() => undefined);
      order();
      const again = setInterval(order, ORDER_AGAIN_MS);
      try {
        return await masterOtherThan(old);
      } finally {
        clearInterval(again);
      }
    },
  };
}

/** Every sentinel knows its peers and a replica that has the data and may be promoted. */
async function untilWatched(sentinels: readonly PrivateRedis[], replicas: number): Promise<void> {
  for (const sentinel of sentinels) {
    await until('sentinels and replicas to know each other', async () => {
      const flat = (await ask(sentinel, 'SENTINEL', 'MASTER', MASTER_NAME)) as string[];
      const value = (name: string) => Number(flat[flat.indexOf(name) + 1]);
      if (value('num-slaves') < replicas || value('num-other-sentinels') < sentinels.length - 1) return false;
      const copies = (await ask(sentinel, 'SENTINEL', 'REPLICAS', MASTER_NAME)) as string[][];
      return copies.every((copy) => copy[copy.indexOf('master-link-status') + 1] === 'ok');
    });
  }
}

const isMaster = async (server: PrivateRedis): Promise<boolean> =>
  ((await ask(server, 'ROLE')) as string[])[0] === 'master';
