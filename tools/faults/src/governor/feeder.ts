import { efficiencyKey, STREAMS } from '@quantum/redis-schemas';
import { repeat, type Activity, type Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { sendAll } from '../harness/send.js';
import { PlanMaker, type PlanFields } from './plans.js';

const EVERY_MS = 20;

/** Adds plans while it runs. Plans that Redis refuses are lost, as with any other publisher. */
export interface Feeder extends Activity {
  /** Adds this number in one transaction, followed by these commands, so that one read of a governor gets them all. */
  burst: (count: number, ...commands: string[][]) => Promise<void>;
}

/**
 * Adds `perSec` plans a second, and gives every new symbol an efficiency reading. Of several streams each plan goes to
 * any, so that some ids come on two; the ids of entries are then unique over all streams.
 */
export function startFeeder(
  redis: Redis,
  random: Random,
  run: string,
  perSec: number,
  streams: readonly string[] = [STREAMS.plans],
): Feeder {
  const maker = new PlanMaker(random, run);
  const scored = new Set<string>();
  let due = 0;
  let added = 0;

  async function add(
    count: number,
    send: (commands: string[][]) => Promise<unknown>,
    commands: readonly string[][] = [],
  ): Promise<void> {
    const plans = Array.from({ length: count }, () => maker.next());
    const adds = plans.map((plan) => ['xadd', ...place(), ...Object.entries(plan).flat()]);
    await send([...plans.flatMap(readings), ...adds, ...commands]);
  }

  /** The stream of the next plan, and its id there. */
  function place(): [stream: string, id: string] {
    const [first = '', ...others] = streams;
    if (others.length === 0) return [first, '*'];
    added += 1;
    return [random.pick([first, ...others]), `${Date.now()}-${added}`];
  }

  function readings({ symbol = '' }: PlanFields): string[][] {
    if (scored.has(symbol)) return [];
    scored.add(symbol);
    const score = random.chance(0.1) ? 'none' : random.next().toFixed(3);
    const confidence = random.between(0.5, 1).toFixed(3);
    const ts = String(Math.floor(Date.now() / 1000) - random.below(700));
    return [['hset', efficiencyKey(symbol), 'efficiency_score', score, 'confidence', confidence, 'ts', ts]];
  }

  const activity = repeat(async () => {
    due += (perSec * EVERY_MS) / 1000;
    const count = Math.floor(due);
    due -= count;
    if (count > 0) await add(count, (commands) => sendAll(redis, commands));
  }, EVERY_MS);
  return { stop: activity.stop, burst: (count, ...commands) => add(count, (all) => redis.multi(all).exec(), commands) };
}
