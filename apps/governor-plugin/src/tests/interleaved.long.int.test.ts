import { beforeAll, describe, expect, it } from '@jest/globals';
import { dailyKey, permitKey, windowKey } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { holdBatches } from './batches.test-support.js';
import { harness, type Client, type Harness, type PlanFields } from './governor-harness.test-support.js';

const file = useRedis();
const redis = () => file.redis();
let other: Client;
beforeAll(async () => {
  other = await file.connect();
});

/** Lets every batch of a client wait for leave to go, and says when one is over and what has been sent so far. */
function stepwise(client: Client) {
  let waiting: (() => void) | undefined;
  let onArrival: (() => void) | undefined;
  const restore = holdBatches(client, ({ send }) => {
    waiting = send;
    onArrival?.();
  });
  let over = false;
  const arrived = (end: Promise<unknown>) =>
    Promise.race([
      end,
      new Promise<void>((resolve) => {
        onArrival = resolve;
        if (waiting) resolve();
      }),
    ]);
  return {
    /** Begins the work, up to its first batch. */
    begin: async (work: () => Promise<unknown>) => {
      const end = work().finally(() => {
        over = true;
        restore();
      });
      await arrived(end);
      return {
        /** Lets the next batch go, up to the one behind it; false when the work is over. */
        step: async () => {
          const go = waiting;
          waiting = undefined;
          go?.();
          await arrived(end);
          return !over;
        },
      };
    },
  };
}

/** One after the other in the way that bits say: 0 the first governor, 1 the second; then both to their ends. */
async function interleave(order: number, bits: number, works: readonly [Harness, () => Promise<unknown>][]) {
  const running = [];
  for (const [governor, work] of works) running.push(await stepwise(governor.redis).begin(work));
  for (let i = 0; i < bits; i++) await running[(order >> i) & 1]?.step();
  for (const one of running) while (await one.step());
}

/** What is counted of plan `p` in a symbol's windows, and what its permit says. */
async function books(governor: Harness, symbol: string) {
  const permit = await governor.permit('p');
  const micro = permit?.symbol === symbol ? String(Math.round(permit.computed_notional * 1e6)) : undefined;
  const [part = null, total] = await redis().hmget(dailyKey(symbol), 'p:p', 'total_micro_usd');
  return {
    counted: { window: await redis().zrange(windowKey(symbol), '0', '-1'), part, total: total ?? '0' },
    permitted: { window: micro === undefined ? [] : ['p'], part: micro ?? null, total: micro ?? '0' },
  };
}

/** Steps that are put in every fifth of all orders. */
const BITS = 10;
const NO_COOLDOWN = { GOV_SYMBOL_COOLDOWN_SECONDS: '0' };

describe('two governors with two entries of one plan id at once', () => {
  it.each<[string, Partial<PlanFields>, Partial<PlanFields>, number]>([
    ['of different notional', { qty: 0.02 }, { qty: 0.005 }, 0],
    ['of different symbols', { symbol: 'A' }, { symbol: 'B' }, 0],
    ['of which the second is over the limit', { qty: 0.01 }, { qty: 1000 }, 0],
    ['on either side of midnight', {}, {}, 43_200],
  ])(
    '%s: what is counted is what the permit says, however their steps interleave',
    async (_what, one, another, laterSec) => {
      for (let order = 0; order < 1 << BITS; order += 5) {
        await redis().flushall();
        const [first, second] = [await harness(redis(), NO_COOLDOWN), await harness(other, NO_COOLDOWN)];
        await first.plan({ planId: 'p', symbol: 'A', ...one });
        await second.plan({ planId: 'p', symbol: 'A', ...another });
        second.clock.advanceSec(laterSec);
        const readOne = async (governor: Harness) => {
          const entries = await governor.consumer.readNew(1, 1);
          return async () => governor.consumer.ack(await governor.serveEntries(entries));
        };
        await interleave(order, BITS, [
          [first, await readOne(first)],
          [second, await readOne(second)],
        ]);
        for (const symbol of ['A', 'B']) {
          const { counted, permitted } = await books(first, symbol);
          expect({ order, symbol, ...counted }).toEqual({ order, symbol, ...permitted });
        }
        expect(await first.pending()).toEqual([]);
      }
    },
  );
});

it('a process that dies as it reserves a plan again, which another has permitted, releases no reservation of it', async () => {
  const env = { ...NO_COOLDOWN, GOV_MAX_EXEC_PER_HOUR: '1' };
  const [dying, living] = [await harness(redis(), env), await harness(other, env)];
  await dying.decide({ planId: 'warm', symbol: 'WARM' }); // the scripts are loaded
  await dying.plan({ planId: 'p1' });
  const entries = await dying.consumer.readNew(1, 1);
  let batches = 0;
  const stop = holdBatches(redis(), ({ send, loseAfter }) => {
    batches += 1;
    if (batches === 2) void living.serveEntries(entries).then(send);
    else if (batches === 3) void loseAfter(0);
    else send();
  });
  await expect(dying.serveEntries(entries)).rejects.toThrow();
  stop();
  await living.consumer.ack(entries.map(({ id }) => id));
  expect(await living.outcome('p1')).toBe('permit');
  living.clock.advanceSec(61);
  await living.decide({ planId: 'p2' });
  expect(await living.outcome('p2')).toBe('hourly_rate');
});

it.each([[2, {}] as const, [3, { GOV_GATE_HOURLY_RATE: 'shadow' }] as const])(
  'a permit of another governor that appears before ours (in batch %i) is recorded, also of an action whose kept begin ends within a character',
  async (at, env) => {
    const governor = await harness(redis(), env);
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    const id = await governor.plan({ planId: 'p1', action: `${'x'.repeat(63)}😀` });
    const entries = await governor.consumer.readNew(1, 1);
    let batches = 0;
    const stop = holdBatches(redis(), ({ send }) => {
      batches += 1;
      if (batches === at) void other.set(permitKey('p1'), 'foreign').then(send);
      else send();
    });
    expect(await governor.serveEntries(entries)).toEqual([id]);
    stop();
    expect(await governor.outcome('p1')).toBe('foreign');
  },
);
