import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '@quantum/testbed';
import type { Harness } from './harness/harness.js';

export interface RedisFault {
  name: string;
  redisConfig?: Record<string, string>;
  /** Starts the fault, lets it last, and ends it. `onLoss` is called if Redis loses its data, before services read. */
  happen: (harness: Harness, random: Random, onLoss: () => void) => Promise<void>;
  /** Whether services cannot work meanwhile, and so must report that they are not ready. */
  stopsService: boolean;
  losesData?: boolean;
}

const AOF = { appendonly: 'yes', appendfsync: 'always' };

/** Faults that both services must survive. `scale` makes them last longer than in the short form. */
export const redisFaults = (scale: number): RedisFault[] => [
  {
    name: 'Redis killed, its file kept',
    redisConfig: AOF,
    stopsService: true,
    happen: (harness) => restart(harness, 1500 * scale),
  },
  {
    name: 'Redis killed, all data lost',
    stopsService: true,
    losesData: true,
    happen: (harness, _random, onLoss) => restart(harness, 1500 * scale, onLoss),
  },
  {
    name: 'Redis paused',
    stopsService: scale > 1, // a pause of three seconds is shorter than the time after which a connection counts as dead
    happen: async ({ redis }) => {
      redis.pause();
      await delay(3000 * scale);
      redis.resume();
    },
  },
  {
    name: 'Redis slow, 50 to 200 ms',
    stopsService: false,
    happen: async ({ proxy }, random) => {
      proxy.trouble = { delayMs: () => random.between(50, 200) / 2 };
      await delay(3000 * scale);
      proxy.trouble = {};
    },
  },
  {
    name: 'Redis out of memory',
    stopsService: true,
    happen: async ({ client }) => {
      await client.config('SET', 'maxmemory', '1mb');
      await delay(2500 * scale);
      await client.config('SET', 'maxmemory', '0');
    },
  },
  {
    name: 'Redis read-only',
    stopsService: true,
    happen: async ({ client }) => {
      await client.replicaof('127.0.0.1', 1); // a replica whose master does not exist
      await delay(2000 * scale);
      await client.replicaof('NO', 'ONE');
    },
  },
  {
    name: 'connections cut mid-pipeline',
    stopsService: false,
    happen: async ({ proxy }, random) => {
      proxy.trouble = { cutAfterBytes: () => random.below(random.pick([300, 3000, 30_000])) };
      await delay(3000 * scale);
      proxy.trouble = {};
    },
  },
];

async function restart({ redis }: Harness, awayMs: number, onLoss?: () => void): Promise<void> {
  await redis.kill();
  onLoss?.();
  await delay(awayMs);
  await redis.restart();
}
