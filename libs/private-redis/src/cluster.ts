import { ask, until } from './ask.js';
import { freePort, onFreePorts } from './free-port.js';
import { startPrivateRedis, type PrivateRedis } from './start.js';

const SLOTS = 16_384;

export interface PrivateClusterOptions {
  /** Number of masters; default 3, the fewest that can agree on a failure. */
  masters?: number;
  /** Replicas per master; default 0. */
  replicas?: number;
  /** Lines of redis.conf for every node. By default a slot that is down leaves the others in service. */
  config?: Record<string, string>;
}

export interface PrivateCluster {
  /** Value for REDIS_URL: redis+cluster://127.0.0.1:port,... */
  url: string;
  /** The masters, in the order of their initial slots. Each starts with an equal share. */
  masters: readonly PrivateRedis[];
  replicas: readonly PrivateRedis[];
  slotOf: (key: string) => Promise<number>;
  /** Index of the master that serves the key's slot now; -1 for a promoted replica. */
  ownerOf: (key: string) => Promise<number>;
  /**
   * Moves a slot to another master with all its keys, key by key. `half` leaves the move unfinished: both masters know
   * of the migration, the keys stay at the source, and absent keys must be asked for at the destination (ASK). `atomic`
   * moves the slot as a whole, which Valkey can from 9.0 on.
   */
  migrateSlot: (slot: number, toIndex: number, how?: 'half' | 'atomic') => Promise<void>;
  /** Whether the servers know atomic moves. */
  movesAtomically: () => Promise<boolean>;
  /** Kills a master. Resolves when the others consider it failed and a replica, if it has any, serves its slots. */
  kill: (index: number) => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts nodes, joins them, and waits until each reports the cluster as ok: about two seconds. */
export async function startPrivateCluster(options: PrivateClusterOptions = {}): Promise<PrivateCluster> {
  const { masters: masterCount = 3, replicas = 0, config = {} } = options;
  const nodes: PrivateRedis[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    const wanted = masterCount * (1 + replicas);
    await Promise.all(Array.from({ length: wanted }, async () => nodes.push(await startNode(config))));
    const masters = nodes.slice(0, masterCount);
    const copies = nodes.slice(masterCount);
    await Promise.all(masters.map((node, i) => ask(node, 'CLUSTER', 'ADDSLOTSRANGE', ...share(i, masterCount))));
    await Promise.all(nodes.map((node, i) => ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', i + 1)));
    for (const node of nodes.slice(1))
      await ask(nodes[0], 'CLUSTER', 'MEET', '127.0.0.1', node.port, await busPort(node));
    await untilAll(nodes, (info) => info('cluster_known_nodes') === String(wanted));
    for (const [i, copy] of copies.entries()) await replicate(copy, masters[i % masterCount]);
    await untilAll(nodes, (info) => info('cluster_state') === 'ok' && info('cluster_size') === String(masterCount));
    return { ...handle(masters, nodes), replicas: copies, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startNode = (config: Record<string, string>): Promise<PrivateRedis> =>
  onFreePorts(async () =>
    startPrivateRedis({
      tcp: true,
      config: {
        'cluster-enabled': 'yes',
        'cluster-port': String(await freePort()), // the default, port + 10000, exceeds the port range for many ports
        'cluster-node-timeout': '1000',
        'cluster-require-full-coverage': 'no',
        'repl-diskless-sync-delay': '0',
        ...config,
      },
    }),
  );

function share(index: number, count: number): [number, number] {
  const bound = (i: number) => Math.floor((SLOTS * i) / count);
  return [bound(index), bound(index + 1) - 1];
}

async function busPort(node: PrivateRedis): Promise<string> {
  const reply = (await ask(node, 'CONFIG', 'GET', 'cluster-port')) as string[];
  return reply[1] ?? '';
}

/** A node's own id in the cluster. */
const idOf = async (node: PrivateRedis | undefined): Promise<string> => (await ask(node, 'CLUSTER', 'MYID')) as string;

async function replicate(copy: PrivateRedis, master: PrivateRedis | undefined): Promise<void> {
  const id = await idOf(master);
  await until('a replica to know its master', () => ask(copy, 'CLUSTER', 'REPLICATE', id));
  await until('a replica to have the data', async () =>
    String(await ask(copy, 'INFO', 'replication')).includes('master_link_status:up'),
  );
}

type Info = (name: string) => string | undefined;

async function infoOf(node: PrivateRedis): Promise<Info> {
  const text = String(await ask(node, 'CLUSTER', 'INFO'));
  return (name) => new RegExp(`^${name}:(.*)\\r$`, 'm').exec(text)?.[1];
}

async function untilAll(nodes: readonly PrivateRedis[], holds: (info: Info) => boolean): Promise<void> {
  for (const node of nodes) await until('the cluster', async () => holds(await infoOf(node)));
}

function handle(
  masters: readonly PrivateRedis[],
  nodes: readonly PrivateRedis[],
): Omit<PrivateCluster, 'replicas' | 'stop'> {
  const living = (): PrivateRedis[] => nodes.filter(({ pid }) => pid !== 0);
  const slotOf = async (key: string) => Number(await ask(living()[0], 'CLUSTER', 'KEYSLOT', key));
  return {
    url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masters,
    slotOf,
    ownerOf: async (key) => ownerIndex(living()[0], await slotOf(key), masters),
    movesAtomically: async () => {
      const help = (await ask(living()[0], 'CLUSTER', 'HELP')) as string[];
      return help.some((line) => line.startsWith('MIGRATESLOTS'));
    },
    migrateSlot: async (slot, toIndex, how) => {
      const from = masters[await ownerIndex(living()[0], slot, masters)];
      const to = masters[toIndex];
      if (from === to) return;
      const [fromId, toId] = await Promise.all([idOf(from), idOf(to)]);
      if (how === 'atomic') {
        await ask(from, 'CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', slot, slot, 'NODE', toId);
        for (const node of living())
          await until('the slot to move', async () => (await ownerIndex(node, slot, masters)) === toIndex);
        return;
      }
      await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
      await ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
      if (how === 'half') return;
      await moveKeys(slot, from, to);
      for (const node of [to, from, ...masters])
        if (node?.pid) await ask(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId);
    },
    kill: async (index) => {
      const victim = masters[index];
      victim?.resume(); // a hung node cannot tell its id
      const id = await idOf(victim);
      const hasReplicas = ((await ask(victim, 'CLUSTER', 'REPLICAS', id)) as unknown[]).length > 0;
      await victim?.kill();
      for (const node of masters.filter(({ pid }) => pid !== 0)) {
        await until('the failure to be noticed', async () =>
          new RegExp(`^${id} .*\\bfail\\b`, 'm').test(String(await ask(node, 'CLUSTER', 'NODES'))),
        );
        if (hasReplicas) await until('a replica to take over', () => servedByOther(node, victim?.port));
      }
    },
  };
}

type SlotRange = [first: number, last: number, master: [host: string, port: number, ...unknown[]]];

const slotRanges = async (node: PrivateRedis | undefined): Promise<SlotRange[]> =>
  (await ask(node, 'CLUSTER', 'SLOTS')) as SlotRange[];

const servedByOther = async (node: PrivateRedis, port: number | undefined): Promise<boolean> =>
  !(await slotRanges(node)).some(([, , master]) => master[1] === port);

async function ownerIndex(
  node: PrivateRedis | undefined,
  slot: number,
  masters: readonly PrivateRedis[],
): Promise<number> {
  const ranges = await slotRanges(node);
  const owner = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1];
  return masters.findIndex(({ port }) => port === owner);
}

async function moveKeys(slot: number, from: PrivateRedis | undefined, to: PrivateRedis | undefined): Promise<void> {
  for (;;) {
    const keys = (await ask(from, 'CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    if (keys.length === 0) return;
    await ask(from, 'MIGRATE', '127.0.0.1', to?.port ?? 0, '', 0, 1000, 'KEYS', ...keys);
  }
}
