import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '@quantum/policy';
import { verifyAudit } from '@quantum/rollout-commands';
import {
  fieldsOf,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_PERIOD_KEY,
  POLICY_PARAMETERS_KEY,
  ROLLOUT_STATE_KEY,
  rolloutCommandStream,
  rolloutMultiplierKey,
  STREAMS,
} from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { runCycle } from './cycle.js';
import {
  auditOf,
  createTestRollout,
  Desk,
  eventsOf,
  evidenceOf,
  multiplierOf,
  planOf,
  replayed,
  send,
  startTime,
  stateOf,
  type TestRollout,
  type Time,
} from './test-rollout.test-support.js';

const own = useRedis();
let time: Time;
let desk: Desk;
const others: TestRollout[] = [];
beforeEach(async () => {
  time = startTime();
  desk = new Desk(own.redis(), time, await another());
});
afterEach(() => {
  for (const other of others.splice(0)) other.close();
});
async function another(options: { process?: string } = {}): Promise<TestRollout> {
  const rollout = await createTestRollout(own.server.url, time, options);
  others.push(rollout);
  return rollout;
}

describe('another process', () => {
  it('stands by, takes over when the lease is free, and bakes a whole stage again', async () => {
    await desk.start();
    await desk.cycles(4);
    expect((await stateOf(desk.redis)).bakedSec).toBeGreaterThan(10);
    const first = desk.rollout;
    const standby = await another();
    expect(await standby.cycle()).toBe('standby');
    await desk.redis.del(ROLLOUT_LEASE_KEY); // it has run out
    desk.rollout = standby;
    await desk.cycles();
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'baking', bakedSec: 0 });
    expect(await multiplierOf(desk.redis, 'A')).toMatchObject({ multiplier: '0.98', ts_epoch: String(time.sec) });
    expect((await eventsOf(desk.redis)).at(-1)).toBe('takeover');

    // The first one was frozen, and wakes.
    const audit = await auditOf(desk.redis);
    expect(await first.cycle()).toBe('standby');
    expect(await auditOf(desk.redis)).toEqual(audit);
    await desk.until('done');
    expect(verifyAudit(await auditOf(desk.redis), sha256)).toMatchObject({ ok: true });
  });

  it('is refused by the scripts where it was frozen within a cycle', async () => {
    await desk.start();
    const [lease] = desk.rollout.leases.held;
    const standby = await another();
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    desk.rollout = standby;
    await desk.cycles();
    const [state, multiplier] = [await stateOf(desk.redis), await multiplierOf(desk.redis, 'A')];
    const frozen = await another();
    time.sec += 1;
    if (!lease) throw new Error('no lease');
    await expect(runCycle(frozen.context, lease, () => undefined)).rejects.toThrow('the lease of shard 0 is lost');
    expect(await stateOf(desk.redis)).toEqual(state);
    expect(await multiplierOf(desk.redis, 'A')).toEqual(multiplier);
  });

  it('goes on to the byte where one process would have', async () => {
    /** With a new process after every cycle, under the same name: no other one has held the lease in between. */
    class RestartedDesk extends Desk {
      override async cycles(count = 1, everySec?: number): Promise<void> {
        for (let i = 0; i < count; i += 1) {
          this.markets['A'] = { price: 100 + Math.sin(time.sec), amount: 3 };
          await super.cycles(1, everySec);
          if (!this.isRestarted) continue;
          await this.rollout.leases.release();
          this.rollout = await another({ process: 'p' });
        }
      }
      isRestarted = false;
    }
    const startSec = time.sec;
    const run = async (isRestarted: boolean): Promise<unknown> => {
      await own.redis().flushall();
      time.sec = startSec;
      const restarted = new RestartedDesk(own.redis(), time, await another({ process: 'p' }));
      restarted.isRestarted = isRestarted;
      await restarted.start();
      await restarted.cycles(12);
      await restarted.cycles(3, 3600);
      const evidence = await evidenceOf(desk.redis);
      expect(evidence.length).toBeGreaterThan(40);
      return {
        state: { ...(await desk.redis.hgetall(ROLLOUT_STATE_KEY)), fence: 'a count' },
        multiplier: { ...(await multiplierOf(desk.redis, 'A')), fence: 'a count' },
        period: await desk.redis.hgetall(ROLLOUT_PERIOD_KEY),
        evidence,
      };
    };
    expect(await run(true)).toEqual(await run(false));
  });
});

describe('a state that cannot be used', () => {
  it.each([
    ['of another type', async () => { await desk.redis.del(ROLLOUT_STATE_KEY); await desk.redis.lpush(ROLLOUT_STATE_KEY, 'x'); }, 'unreadable'],
    ['that no rollout writes', async () => { await desk.redis.hset(ROLLOUT_STATE_KEY, 'state', '{}'); }, 'invalid'],
    ['with a period of another type', async () => { await desk.redis.del(ROLLOUT_PERIOD_KEY); await desk.redis.set(ROLLOUT_PERIOD_KEY, 'x'); }, 'unreadable'],
  ] as const)('%s renews nothing, and is kept', async (_name, spoil, problem) => {
    await desk.start();
    await spoil();
    const [multiplier, dump] = [await multiplierOf(desk.redis, 'A'), await desk.redis.dump(ROLLOUT_STATE_KEY)];
    await expect(desk.cycles()).rejects.toThrow('nothing is renewed');
    expect(await multiplierOf(desk.redis, 'A')).toEqual(multiplier);
    expect(await desk.redis.dump(ROLLOUT_STATE_KEY)).toEqual(dump);
    expect(await desk.rollout.metric('rollout_state_problems_total', { problem })).toBe(1);
  }); // prettier-ignore

  it('that is lost ends enforcement under a new epoch, until a person clears it', async () => {
    await desk.start();
    const epoch = Number(await desk.redis.get(ROLLOUT_EPOCH_KEY));
    await desk.redis.del(ROLLOUT_STATE_KEY);
    await desk.cycles(2);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'killed', epoch: epoch + 1 });
    expect(await desk.redis.get(ROLLOUT_EPOCH_KEY)).toBe(String(epoch + 1));
    expect(await multiplierOf(desk.redis, 'A')).toEqual({});
    await send(desk.redis, time, 'ana', 'clear');
    await desk.cycles(2);
    expect((await stateOf(desk.redis)).name).toBe('off');
  });

  it('that is older than the one stored last, as after a failover, ends enforcement for good', async () => {
    const hash = await desk.start();
    const slot = [ROLLOUT_STATE_KEY, ROLLOUT_EPOCH_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_AUDIT_STREAM];
    const keys = [...slot, rolloutCommandStream('ana'), rolloutMultiplierKey('A')];
    await desk.cycles(2);
    const before = await Promise.all(keys.map(async (key) => [key, await desk.redis.dumpBuffer(key)] as const));
    await send(desk.redis, time, 'ana', 'rollback');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('rolled_back');
    for (const [key, dump] of before) {
      await desk.redis.del(key);
      await desk.redis.restore(key, 0, dump);
    }
    await desk.cycles();
    const killed = await stateOf(desk.redis);
    expect(killed.name).toBe('killed');
    expect(await multiplierOf(desk.redis, 'A')).toEqual({});
    await desk.cycles();
    expect(await desk.rollout.metric('rollout_state_problems_total', { problem: 'lost' })).toBe(1);
    await send(desk.redis, time, 'ana', 'clear');
    await send(desk.redis, time, 'ana', 'submit', 'plan_json', planOf().text);
    await send(desk.redis, time, 'ana', 'start', 'plan', hash);
    await desk.cycles();
    expect((await eventsOf(desk.redis)).slice(4, 8)).toEqual(['kill', 'clear', 'submit', 'start']);
  });

  it('that is lost with epoch and audit reads no command again', async () => {
    await desk.start();
    await desk.redis.del(
      ROLLOUT_STATE_KEY,
      ROLLOUT_EPOCH_KEY,
      ROLLOUT_PERIOD_KEY,
      ROLLOUT_AUDIT_STREAM,
      ROLLOUT_LEASE_KEY,
    );
    await desk.cycles(2);
    expect((await stateOf(desk.redis)).name).toBe('off');
    expect(await multiplierOf(desk.redis, 'A')).toEqual({});
    expect(await auditOf(desk.redis)).toEqual([]);
  });

  it('that is lost takes no command that was given before', async () => {
    const hash = await desk.start();
    await desk.redis.incr(ROLLOUT_EPOCH_KEY);
    await desk.cycles();
    await send(desk.redis, time, 'ana', 'clear');
    await send(desk.redis, time, 'ana', 'start', 'plan', hash);
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('baking');
    await desk.redis.del(ROLLOUT_STATE_KEY);
    await desk.cycles(3);
    expect((await stateOf(desk.redis)).name).toBe('killed');
    expect(await multiplierOf(desk.redis, 'A')).toEqual({});
  });
});

describe('the stream of the evidence', () => {
  const spoil = async (): Promise<void> => {
    await desk.redis.rename(STREAMS.rolloutEvidence, 'kept');
    await desk.redis.set(STREAMS.rolloutEvidence, 'x');
  };
  const mend = async (): Promise<void> => {
    await desk.redis.rename('kept', STREAMS.rolloutEvidence);
  };

  it('that cannot be written freezes the blend, and is whole again once it can', async () => {
    await desk.start();
    await spoil();
    await desk.cycles(2);
    const held = await multiplierOf(desk.redis, 'A');
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'holding', holdCause: 'guard' });
    await desk.cycles(3);
    expect(await multiplierOf(desk.redis, 'A')).toEqual({
      ...held,
      ts_epoch: String(time.sec),
      expires_at: String(time.sec + 30),
    });
    expect(desk.rollout.problems).toContain('the evidence cannot be written');
    await mend();
    await desk.until('done');
    const replay = await replayed(desk.redis, planOf().plan);
    expect(replay).toMatchObject({ differences: [], unverified: [], evidence: { differences: [], unreadable: [] } });
  });

  it('that cannot be written for hours goes one stage down, and nothing of them is lost', async () => {
    await desk.start();
    const hours = (await evidenceOf(desk.redis)).length;
    await spoil();
    await desk.cycles(3, 3600);
    expect((await eventsOf(desk.redis)).slice(-2)).toEqual(['hold', 'step_down']);
    await mend();
    await desk.cycles();
    const replay = await replayed(desk.redis, planOf().plan);
    expect(replay).toMatchObject({ differences: [], unverified: [], evidence: { differences: [], unreadable: [] } });
    expect((await evidenceOf(desk.redis)).length).toBeGreaterThan(hours + 3);
    expect(await desk.redis.hget(ROLLOUT_PERIOD_KEY, 'outbox')).toBe('');
  });

  it.each(['rollback', 'reduce_only', 'hold'])('that cannot be written does not keep a %s waiting', async (command) => {
    await desk.start();
    await spoil();
    await desk.cycles();
    await send(desk.redis, time, 'ana', command);
    await desk.cycles();
    const commanded = (await auditOf(desk.redis))
      .map(({ fields }) => fieldsOf(fields))
      .filter(({ actor }) => actor === 'ana');
    expect(commanded.at(-1)).toMatchObject({ event: command, refusal: '' });
  });

  it.each([
    ['text', 'x'],
    ['an id that no stream takes', '[["x",["a","b"]]]'],
    ['fields without a value', '[["1-1",["a"]]]'],
  ])('takes no waiting entry from %s, and goes on', async (_what, outbox) => {
    await desk.start();
    await desk.redis.hset(ROLLOUT_PERIOD_KEY, { outbox });
    desk.rollout = await another();
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    await desk.cycles(2);
    expect(await multiplierOf(desk.redis, 'A')).toMatchObject({ ts_epoch: String(time.sec) });
    expect(desk.rollout.problems).toEqual(['evidence is lost']);
  });
});

describe('Redis', () => {
  it('whose policies have another type holds, and obeys', async () => {
    await desk.start();
    await desk.redis.del(POLICY_PARAMETERS_KEY);
    await desk.redis.set(POLICY_PARAMETERS_KEY, 'x');
    desk.rollout = await another();
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    await desk.cycles(2);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'holding', holdCause: 'guard' });
    await send(desk.redis, time, 'ana', 'rollback');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('rolled_back');
  });

  it('that refuses writes keeps everything as it is, and the next cycle goes on', async () => {
    await desk.start();
    const all = async () => [await stateOf(desk.redis), await multiplierOf(desk.redis, 'A'), await auditOf(desk.redis)];
    const before = await all();
    time.sec += 10;
    await desk.redis.config('SET', 'maxmemory', '1');
    try {
      await expect(desk.rollout.cycle()).rejects.toThrow('OOM');
      expect(await all()).toEqual(before);
    } finally {
      await desk.redis.config('SET', 'maxmemory', '0');
    }
    await desk.cycles();
    expect(await multiplierOf(desk.redis, 'A')).toMatchObject({ ts_epoch: String(time.sec) });
  });

  it('whose epoch changes while a cycle decides has it decide again: no multiplier is left', async () => {
    await desk.start();
    const { symbols } = desk.rollout.context;
    const list = symbols.list.bind(symbols);
    let isChanged = false;
    symbols.list = async () => {
      if (!isChanged) await desk.redis.incr(ROLLOUT_EPOCH_KEY);
      isChanged = true;
      return list();
    };
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('killed');
    expect(await multiplierOf(desk.redis, 'A')).toEqual({});
    expect(await desk.rollout.metric('rollout_writes_refused_total', { reason: 'epoch' })).toBe(1);
  });

  it('that does not have the plan renews nothing, but obeys the kill switch', async () => {
    const hash = await desk.start();
    await desk.redis.del(`quantum:rollout:plan:${hash}`);
    desk.rollout = await another();
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    const before = await multiplierOf(desk.redis, 'A');
    await desk.cycles();
    expect(await multiplierOf(desk.redis, 'A')).toEqual(before);
    // By the system's clock, which is behind this test's: nothing lives beyond this cycle.
    const untilSec = Date.now() / 1000 + ((await desk.rollout.metric('rollout_deadman_seconds')) ?? NaN);
    expect(untilSec).toBeLessThan(time.sec + 15);
    await desk.redis.set('quantum:kill', '1');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('killed');
    expect(await desk.redis.exists(rolloutMultiplierKey('A'))).toBe(0);
  });

  it('that has lost the plan gets it again from the process that runs', async () => {
    const hash = await desk.start();
    const key = `quantum:rollout:plan:${hash}`;
    const text = await desk.redis.get(key);
    await desk.redis.del(key);
    await desk.cycles();
    expect(text).not.toBeNull();
    expect(await desk.redis.get(key)).toBe(text);
    desk.rollout = await another();
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    await desk.cycles();
    expect(await multiplierOf(desk.redis, 'A')).toMatchObject({ ts_epoch: String(time.sec), plan: hash });
  });

  it('that has lost the plan goes on once it is submitted again', async () => {
    const hash = await desk.start();
    await desk.redis.del(`quantum:rollout:plan:${hash}`);
    desk.rollout = await another();
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    await desk.cycles();
    await send(desk.redis, time, 'ben', 'submit', 'plan_json', planOf().text);
    await desk.until('done');
    expect(await multiplierOf(desk.redis, 'A')).toMatchObject({ ts_epoch: String(time.sec), plan: hash });
    expect((await eventsOf(desk.redis)).slice(-2)).toEqual(['slew', 'advance']);
  });
});
