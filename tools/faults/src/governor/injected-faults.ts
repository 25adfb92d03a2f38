import {
  blockKey,
  dailyKey,
  decidedKey,
  fieldsOf,
  GOVERNOR_GROUP,
  inFlightKey,
  lastExecKey,
  permitKey,
  STREAMS,
  windowKey,
} from '@quantum/redis-schemas';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { repeat, type Activity } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { recordOf } from './record-text.js';

/** Faults to inject next to the governors. A checker must find each. */
export const INJECTED_FAULTS = {
  ack: 'acknowledges plans without deciding them',
  grant: 'sets permits of which there is no record',
  regrant: 'sets permits again that were consumed',
  forget: 'counts nothing: windows, sums and stamps are gone',
  undecide: 'forgets decisions, and decides the same plans again',
  silence: 'refuses without saying so',
  overrule: 'permits plans that were refused',
  keep: 'keeps the places of plans that it refused',
  bury: 'dead-letters plans that did nothing wrong',
} as const;
export type InjectedFault = keyof typeof INJECTED_FAULTS;

const EVERY_MS = 30;
/** Plans that count as recent: those of two seconds, by which governors on a busy machine may be late. */
const RECENT_PLANS = 300;
/** Decisions that a fault acts on at once. */
const DECISIONS = 30;

type Step = (redis: Redis) => Promise<void>;

const STEPS: Readonly<Record<InjectedFault, () => Step>> = {
  ack: () => async (redis) => {
    const reply = (await redis.xreadgroup(
      'GROUP', GOVERNOR_GROUP, 'governor-plugin:injector', 'COUNT', 2, 'STREAMS', STREAMS.plans, '>',
    )) as [string, [string, string[]][]][] | null; // prettier-ignore
    const ids = (reply?.[0]?.[1] ?? []).map(([id]) => id);
    if (ids.length > 0) await redis.xack(STREAMS.plans, GOVERNOR_GROUP, ...ids);
  },
  grant: () => {
    let granted = 0;
    return async (redis) => {
      granted += 1;
      await redis.set(permitKey(`granted-${granted}`), '{"granted":true}', 'EX', 60);
    };
  },
  regrant: () => async (redis) => {
    for (const { id, json } of await recentDecisions(redis)) {
      const { permit } = recordOf(json) as { permit?: object };
      if (permit) await redis.set(permitKey(id), JSON.stringify(permit), 'EX', 60);
    }
  },
  forget: () => async (redis) => {
    const symbols = (await recentPlans(redis)).map(({ symbol }) => symbol);
    await redis.del(...symbols.flatMap((symbol) => [windowKey(symbol), dailyKey(symbol), lastExecKey(symbol)]));
  },
  undecide: () => async (redis) => {
    for (const { id, json } of await recentDecisions(redis)) {
      const [entry] = await redis.xrange(
        STREAMS.plans,
        (JSON.parse(json) as { entry_id: string }).entry_id,
        '+',
        'COUNT',
        1,
      );
      await redis.del(decidedKey(id));
      if (entry) await redis.xadd(STREAMS.plans, '*', ...entry[1]);
    }
  },
  silence: () => async (redis) => {
    const ids = (await recentPlans(redis)).map(({ id }) => id);
    await redis.del(...ids.map(blockKey));
  },
  overrule: () => async (redis) => {
    for (const { id } of await recentRefusals(redis)) await redis.set(permitKey(id), '{"granted":true}', 'EX', 60);
  },
  keep: () => async (redis) => {
    for (const { id, symbol, atSec } of await recentRefusals(redis)) {
      await redis.zadd(windowKey(symbol), atSec, id);
      await redis.hset(inFlightKey(symbol), id, '1');
    }
  },
  bury: () => async (redis) => {
    for (const [entryId, flat] of await redis.xrevrange(STREAMS.plans, '+', '-', 'COUNT', 30)) {
      const { plan_id: planId = '', symbol = '' } = fieldsOf(flat);
      const record: DecisionRecord = {
        v: 1, plan_id: planId, symbol, entry_id: entryId, decided_at: Date.now() / 1000, outcome: 'dead_letter',
        reason: 'max_deliveries', gates: [], inputs: {}, error: 'delivered often',
      }; // prettier-ignore
      await redis.set(decidedKey(planId), JSON.stringify(record), 'EX', 3600, 'NX');
    }
  },
};

/** Starts to inject the fault into a run. */
export function startInjectedFault(injectedFault: InjectedFault, redis: Redis): Activity {
  const step = STEPS[injectedFault]();
  return repeat(() => step(redis), EVERY_MS);
}

async function recentPlans(redis: Redis): Promise<{ id: string; symbol: string }[]> {
  const entries = await redis.xrevrange(STREAMS.plans, '+', '-', 'COUNT', RECENT_PLANS);
  return entries.flatMap(([, flat]) => {
    const { plan_id: id = '', symbol = '' } = fieldsOf(flat);
    return id === '' ? [] : [{ id, symbol }];
  });
}

async function recentDecisions(redis: Redis): Promise<{ id: string; json: string }[]> {
  const ids = (await recentPlans(redis)).map(({ id }) => id);
  const records = await redis.mget(...ids.map(decidedKey));
  const decisions = ids.flatMap((id, i) => {
    const json = records[i];
    return json ? [{ id, json }] : [];
  });
  return decisions.slice(0, DECISIONS);
}

async function recentRefusals(redis: Redis): Promise<{ id: string; symbol: string; atSec: number }[]> {
  return (await recentDecisions(redis)).flatMap(({ id, json }) => {
    const { symbol, decided_at: atSec, outcome } = JSON.parse(json) as DecisionRecord;
    return outcome === 'refused' ? [{ id, symbol, atSec }] : [];
  });
}
