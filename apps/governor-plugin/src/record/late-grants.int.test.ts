import { describe, expect, it } from '@jest/globals';
import { dailyKey, HALT_KEY, inFlightKey, KILL_KEY, disarmKey, windowKey } from '@quantum/redis-schemas';
import { serverTimeMs, useRedis } from '@quantum/testing';
import { holdBatches } from '../tests/batches.test-support.js';
import { harness, NOW_SEC, type Harness } from '../tests/governor-harness.test-support.js';

const file = useRedis();
const { redis } = file;
const SYMBOL = 'BTCUSDT';
/** A limit in shadow is judged between reserving and recording. */
const IN_SHADOW = { GOV_GATE_HOURLY_RATE: 'shadow' };
const WINDOWS = [windowKey(SYMBOL), dailyKey(SYMBOL), inFlightKey(SYMBOL)];

/**
 * Serves one plan, and does something while its n-th batch to Redis (1 read state, 2 reserve and record, or 3 record
 * where limits are in shadow) is on its way.
 */
async function serveHeld(governor: Harness, at: number, during: () => Promise<unknown>): Promise<readonly string[]> {
  const entries = await governor.consumer.readNew(1, 1);
  let batches = 0;
  const stop = holdBatches(redis(), ({ send }) => {
    batches += 1;
    if (batches === at) void during().then(send);
    else send();
  });
  try {
    return await governor.serveEntries(entries);
  } finally {
    stop();
  }
}

/** Whether the plan's counted reservations are all released. */
const counted = async () => (await redis().zcard(windowKey(SYMBOL))) + Number(await redis().hget(dailyKey(SYMBOL), 'total_micro_usd')); // prettier-ignore

describe('a switch that changes after the read', () => {
  const SWITCHES = [
    ['the kill switch', KILL_KEY, '1', 'kill_switch'],
    ['the halt key', HALT_KEY, 'on', 'kill_switch'],
    ['the disarm latch', disarmKey('2025-11-23'), '{}', 'disarmed'],
  ] as const;
  const ways = SWITCHES.flatMap((row) => [[...row, 2, {}] as const, [...row, 3, IN_SHADOW] as const]);
  it.each(ways)('%s refuses the plan, which then counts nothing', async (_name, key, value, reason, at, env) => {
    const governor = await harness(redis(), env);
    await governor.decide({ planId: 'warm', symbol: 'WARM' }); // the scripts are loaded
    const id = await governor.plan({ planId: 'p1' });
    const other = await file.connect();
    expect(await serveHeld(governor, at, () => other.set(key, value))).toEqual([id]);
    expect(await governor.outcome('p1')).toBe(reason);
    expect(await governor.permit('p1')).toBeUndefined();
    expect(await counted()).toBe(0);
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="late"} 1']);
  });

  it.each([[2, {}] as const, [3, IN_SHADOW] as const])(
    'lets a plan pass that waited for the switch to go off (%i)',
    async (at, env) => {
      const governor = await harness(redis(), env);
      await governor.decide({ planId: 'warm', symbol: 'WARM' });
      await redis().set(KILL_KEY, 'off');
      const id = await governor.plan({ planId: 'p1' });
      const other = await file.connect();
      expect(await serveHeld(governor, at, () => other.del(KILL_KEY))).toEqual([id]);
      expect(await governor.outcome('p1')).toBe('permit');
      // It was not held up: it is read in full again.
      expect((await governor.record('p1'))?.inputs).toMatchObject({ budget_enforce: false, eff_reason: 'missing_eff' });
    },
  );
});

describe('a kill switch that is on, where closes are allowed', () => {
  const ENV = { GOV_KILL_SWITCH_ALLOWS_CLOSES: 'true' };

  it('of bytes that are no text refuses opens and stops no exit', async () => {
    const { decide, outcome } = await harness(redis(), ENV);
    await redis().set(KILL_KEY, Buffer.from([0xff, 0xfe]));
    await decide({ planId: 'open' }, { planId: 'exit', action: 'PARTIAL_25' });
    expect([await outcome('open'), await outcome('exit')]).toEqual(['kill_switch', 'permit']);
  });

  it('that changes its words all the time stops no exit', async () => {
    const governor = await harness(redis(), ENV);
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    await redis().set(HALT_KEY, 'since 1');
    const id = await governor.plan({ planId: 'exit', action: 'PARTIAL_25' });
    const other = await file.connect();
    expect(await serveHeld(governor, 2, () => other.set(HALT_KEY, 'since 2'))).toEqual([id]);
    expect(await governor.outcome('exit')).toBe('permit');
    expect(await governor.metrics('p32_errors_total')).toEqual([]);
  });
});

describe('a user who may only read the switches', () => {
  it('gets its plans decided, and its grants compared with them', async () => {
    const keys = ['quantum:kill', 'quantum:governor:halt'].map((key) => `%R~${key}`);
    const state = ['quantum:permit:*', 'quantum:stream:*', 'quantum:governor:[^h]*', 'quantum:[^gkps]*', 'quantum:portfolio:*', 'quantum:state:*'].map((key) => `~${key}`); // prettier-ignore
    await redis().acl('SETUSER', 'reader', 'on', '>secret', '+@all', ...keys, ...state);
    const reader = await file.connect({ username: 'reader', password: 'secret' });
    const governor = await harness(reader, { GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    await governor.decide({ planId: 'open' }, { planId: 'exit', action: 'PARTIAL_25' });
    expect([await governor.outcome('open'), await governor.outcome('exit')]).toEqual(['permit', 'permit']);
    await redis().set(KILL_KEY, '1');
    await governor.decide({ planId: 'late' });
    expect(await governor.outcome('late')).toBe('kill_switch');
    expect(await governor.metrics('p32_errors_total')).toEqual([]);
  });
});

describe('a plan whose deadline is over', () => {
  /** Until the server's clock is a second further: no sleep, as the server says so. */
  const aSecond = async (): Promise<void> => {
    const other = await file.connect();
    const sinceMs = await serverTimeMs(other);
    while ((await serverTimeMs(other)) <= sinceMs + 1001) await other.ping();
  };

  it.each([
    ['reserving and recording', 2, {}],
    ['reserving', 2, IN_SHADOW],
    ['recording', 3, IN_SHADOW],
  ])('while the state of %s is read again, and decided by what holds then', async (_name, at, env) => {
    const governor = await harness(redis(), env, undefined, 1000);
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    const id = await governor.plan({ planId: 'p1' });
    const done = await serveHeld(governor, at, async () => {
      governor.clock.advanceSec(61); // the process was stopped meanwhile
      await aSecond();
    });
    expect(done).toEqual([id]);
    expect(await governor.outcome('p1')).toBe('plan_age');
    expect(await counted()).toBe(0);
  });

  it('each time stays pending, counts nothing, and its delivery does not count', async () => {
    const governor = await harness(redis(), {}, undefined, -1);
    const id = await governor.plan({ planId: 'p1' });
    expect(await governor.serve()).toEqual([]);
    for (let i = 0; i < 10; i += 1) expect(await governor.redeliver()).toEqual([]);
    expect(await redis().exists(...WINDOWS)).toBe(0);
    expect(await governor.pending()).toEqual([id]);
    expect(await governor.outcome('p1')).toBe('none');
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="late"} 22']);
    expect(governor.governor.problem).toBeUndefined();
    governor.clock.advanceSteadySec(12);
    expect(governor.governor.problem).toMatch(/^plans have been late for 12 s/);

    const next = await harness(redis());
    expect(await next.redeliver()).toEqual([id]);
    expect(await next.outcome('p1')).toBe('permit');
  });

  it('each time counts no permit as uncounted before there is one', async () => {
    const env = { GOV_COUNT_CLOSES: 'true' };
    const governor = await harness(redis(), env, undefined, -1);
    await governor.plan({ planId: 'exit', reduceOnly: 'true' });
    expect(await governor.serve()).toEqual([]);
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="late"} 2']);
    const next = await harness(redis(), env);
    await next.redeliver();
    expect(await next.outcome('exit')).toBe('permit');
    expect(await redis().zcard(windowKey(SYMBOL))).toBe(1);
  });

  it('is refused all the same: a refusal grants nothing', async () => {
    const governor = await harness(redis(), {}, undefined, -1);
    await redis().set(KILL_KEY, '1');
    await governor.decide({ planId: 'p1' });
    expect(await governor.outcome('p1')).toBe('kill_switch');
  });
});

describe('a Redis out of memory', () => {
  it('dead-letters no plan, however often it is delivered', async () => {
    const governor = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    await governor.plan({ planId: 'open' });
    await governor.plan({ planId: 'exit', action: 'FULL_CLOSE_PROPOSED' });
    await redis().config('SET', 'maxmemory', '1');
    try {
      expect(await governor.serve()).toEqual([]);
      for (let i = 0; i < 10; i += 1) expect(await governor.redeliver()).toEqual([]);
    } finally {
      await redis().config('SET', 'maxmemory', '0');
    }
    governor.clock.set(NOW_SEC + 59);
    expect(await governor.redeliver()).toHaveLength(2);
    expect([await governor.outcome('open'), await governor.outcome('exit')]).toEqual(['permit', 'permit']);
    expect(await governor.deadLetters()).toEqual([]);
  });
});
