import {
  fieldsOf,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_STATE_KEY,
  rolloutMultiplierKey,
  targetKey,
} from '@quantum/redis-schemas';
import { repeat, waitFor, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { SYMBOLS } from './plan.js';
import READ_LUA from './sample.lua';

const EVERY_MS = 50;

/** What the state of a rollout says, as far as checkers look at it. */
export interface StateSeen {
  name: string;
  plan: string;
  policy: string;
  epoch: number | null;
  stage: number;
  blend: number;
}

/** A multiplier's key. `endsMs`: when Redis removes it, unix ms; -1: never. */
export interface KeySeen {
  symbol: string;
  fields: Readonly<Record<string, string>>;
  endsMs: number;
}

/** What one transaction has read. */
export interface Sample {
  /** Redis time, unix seconds. */
  atSec: number;
  epoch: string | null;
  /** Undefined: absent, or not a state. */
  state: StateSeen | undefined;
  /** Time of the last cycle. */
  cycleSec: number;
  /** Of the process that leads; empty: none does. */
  lease: string;
  keys: readonly KeySeen[];
}

/** Samples what a rollout leaves, and counts all writes of live targets. */
export interface Watcher extends Activity {
  readonly samples: readonly Sample[];
  /** Events on live targets, of any writer. */
  readonly targetEvents: number;
  last: () => Promise<Sample>;
}

/** @param other a connection of its own, for the events */
export async function watchRollout(redis: Redis, other: Redis): Promise<Watcher> {
  const samples: Sample[] = [];
  let targetEvents = 0;
  other.on('pmessage', () => (targetEvents += 1));
  await other.psubscribe(`__keyspace@0__:${targetKey('*')}`);
  const activity = repeat(async () => samples.push(await readSample(redis)), EVERY_MS);
  return {
    stop: activity.stop,
    samples,
    get targetEvents() {
      return targetEvents;
    },
    // Redis may be away for a moment.
    last: () => waitFor(() => readSample(redis), { what: 'a sample' }),
  };
}

async function readSample(redis: Redis): Promise<Sample> {
  const keys = [ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY, ROLLOUT_LEASE_KEY, ...SYMBOLS.map(rolloutMultiplierKey)];
  const replies = (await redis.call('EVAL_RO', READ_LUA, keys.length, ...keys)) as unknown[];
  const [time, epoch, state, lease, ...rest] = replies;
  const [sec, micros] = time as [string, string];
  const [text, cycle] = state as (string | null)[];
  return {
    atSec: Number(sec) + Number(micros) / 1e6,
    epoch: typeof epoch === 'string' ? epoch : null,
    state: stateOf(text ?? undefined),
    cycleSec: Number(cycle ?? NaN),
    lease: typeof lease === 'string' ? lease : '',
    keys: SYMBOLS.flatMap((symbol, i) => {
      const flat = rest[2 * i] as string[];
      return flat.length === 0 ? [] : [{ symbol, fields: fieldsOf(flat), endsMs: Number(rest[2 * i + 1]) }];
    }),
  };
}

/** Reads a state; undefined: it is none. */
export function stateOf(text: string | undefined): StateSeen | undefined {
  try {
    const state = JSON.parse(text ?? '') as StateSeen;
    return typeof state.name === 'string' ? state : undefined;
  } catch {
    return undefined;
  }
}
