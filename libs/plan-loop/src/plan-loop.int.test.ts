import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@quantum/clock';
import { createGovernorMetrics } from '@quantum/metrics';
import { BatchError, StreamConsumer, type StreamGap } from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { createLogger } from '@quantum/service-kit';
import { useRedis, waitFor } from '@quantum/testing';
import { LoopTelemetry } from './loop-telemetry.js';
import type { PlanLoopOptions } from './loop-options.js';
import { runPlanLoop } from './plan-loop.js';
import { BATCHES_IN_FLIGHT, BatchSemaphore } from './batch-semaphore.js';

const { redis, connect } = useRedis();

/** Stops the loops of a test, also of one that failed: else they keep jest from ending. */
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/**
 * A loop at a clock that differs from the server's, which only notes what it is given, and is done with it when `until`
 * is.
 */
async function loopAt(
  aheadSec: number,
  served: string[],
  until: () => Promise<void> = () => Promise.resolve(),
  {
    onGap,
    user,
    stream = STREAMS.plans,
    ...options
  }: Partial<PlanLoopOptions> & { onGap?: (gap: StreamGap) => void; user?: string; stream?: string } = {},
) {
  const failures: Error[] = [];
  const as = user === undefined ? {} : { username: user, password: 'secret' };
  const [own, blocking] = [user === undefined ? redis() : await connect(as), await connect(as)];
  const consumer = new StreamConsumer(own, blocking, {
    stream,
    group: 'governor',
    consumer: 'governor-plugin:test',
    ...(onGap && { onGap }),
  });
  const stopping = new AbortController();
  const ended = runPlanLoop({
    consumer,
    governor: {
      serve: async (entries) => {
        served.push(...entries.map(({ id }) => id));
        await until();
        return { done: entries.map(({ id }) => id), putOff: [] };
      },
    },
    telemetry: new LoopTelemetry(
      createGovernorMetrics({ maxSymbols: 1 }),
      createLogger({ name: 'test', level: 'silent' }),
    ),
    planMaxAgeSec: 60,
    claimIdleSec: 5,
    clock: { ...systemClock, wallSec: () => Date.now() / 1000 + aheadSec },
    onRound: (error) => {
      if (error) failures.push(error);
    },
    stopping: stopping.signal,
    ...options,
  });
  stops.push(async () => {
    stopping.abort();
    await redis().xadd(stream, '*', 'decision', 'SKIP');
    await ended;
  });
  return { consumer, failures };
}

/** Counts the claims that a consumer begins from now on. */
function claimsOf(consumer: StreamConsumer): { count: number } {
  const claims = { count: 0 };
  const claimIdle = consumer.claimIdle.bind(consumer);
  consumer.claimIdle = (...args) => {
    claims.count += 1;
    return claimIdle(...args);
  };
  return claims;
}

/** Lets no read of a consumer end without entries until then: an empty one would end a round at any time. */
function waitForEntries(consumer: StreamConsumer, until: Promise<void>): void {
  let isOver = false;
  void until.then(() => (isOver = true));
  const readNew = consumer.readNew.bind(consumer);
  consumer.readNew = async (count, blockMs) => {
    for (;;) {
      const entries = await readNew(count, Math.max(1, blockMs));
      if (entries.length > 0 || isOver) return entries;
    }
  };
}

describe('a batch that has come', () => {
  it('asks for what it is decided by before the loop reads on', async () => {
    const steps: string[] = [];
    const served: string[] = [];
    const { consumer } = await loopAt(0, served, async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve(); // a governor has a few, until it asks
      steps.push('asked');
    });
    const readNew = consumer.readNew.bind(consumer);
    consumer.readNew = (...args) => {
      if (served.length > 0) steps.push('read');
      return readNew(...args);
    };
    await redis().xadd(STREAMS.plans, '*', 'n', '1');
    await waitFor(() => steps.length >= 2, { what: 'the next read' });
    expect(steps.slice(0, 2)).toEqual(['asked', 'read']);
  });
});

describe('a fresh group', () => {
  it.each([
    ['an hour ahead', 3600],
    ['right', 0],
  ])('passes over no fresh plan where our clock is %s', async (_what, aheadSec) => {
    const served: string[] = [];
    const old = `${Date.now() - 70_000}-0`;
    await redis().xadd(STREAMS.plans, old, 'n', 'old');
    const fresh = await redis().xadd(STREAMS.plans, `${Date.now() - 10_000}-0`, 'n', 'fresh');
    await loopAt(aheadSec, served);
    await waitFor(() => served.includes(fresh ?? ''), { what: 'the fresh plan' });
    expect(served).not.toContain(old);
  });
});

describe('an acknowledgement that Redis did not take', () => {
  it('is made good before anything is claimed, so that nothing that is done counts as lost', async () => {
    const served: string[] = [];
    const loop = await loopAt(0, served);
    const { consumer } = loop;
    const ack = consumer.ack.bind(consumer);
    let failed = 0;
    consumer.ack = (ids) => (ids.length > 0 && failed++ === 0 ? Promise.reject(new BatchError('cut')) : ack(ids));
    await redis().xadd(STREAMS.plans, '*', 'n', '1');
    await waitFor(() => failed > 0, { what: 'the failure' });
    await redis().xadd(STREAMS.plans, '*', 'n', '2'); // the next batch takes the rest along
    await waitFor(async () => served.length === 2 && (await redis().xpending(STREAMS.plans, 'governor'))[0] === 0, {
      what: 'both acknowledgements',
    });
  });
});

describe('entries that were read ahead, and are deleted before they are served', () => {
  it('are served, and do not count as lost in a claim that comes between', async () => {
    const [served, gaps]: [string[], StreamGap[]] = [[], []];
    let nowSec = Date.now() / 1000;
    let release = (): void => undefined;
    const held = new Promise<void>((end) => (release = end));
    const loop = await loopAt(0, served, () => held, {
      clock: { ...systemClock, wallSec: () => nowSec },
      onGap: (gap) => gaps.push(gap),
    });
    stops.unshift(async () => {
      release();
      await held;
    });
    waitForEntries(loop.consumer, held);
    const pending = async () => (await redis().xpending(STREAMS.plans, 'governor'))[0];
    const first = await redis().xadd(STREAMS.plans, '*', 'n', '1');
    await waitFor(() => served.length === 1, { what: 'the first entry' });
    nowSec += 3; // a claim is due in the next round
    const claims = claimsOf(loop.consumer);
    const second = await redis().xadd(STREAMS.plans, '*', 'n', '2');
    await waitFor(async () => (await pending()) === 2, { what: 'the read of the second' });
    const third = await redis().xadd(STREAMS.plans, '*', 'n', '3');
    await waitFor(async () => (await pending()) === 3, { what: 'the read ahead' });
    const ids = [first, second, third].map((id) => id ?? '');
    await redis().xdel(STREAMS.plans, ...ids);
    release();
    await waitFor(async () => claims.count === 1 && (await pending()) === 0, { what: 'the claim and the end' });
    expect({ served, gaps }).toEqual({ served: ids, gaps: [] });
  });
});

describe('a problem of the governor although Redis answers', () => {
  it('keeps rounds from being well while it lasts', async () => {
    let problem: string | undefined = 'plans have been late for 12 s';
    const rounds: (string | undefined)[] = [];
    await loopAt(0, [], undefined, {
      governor: {
        serve: () => Promise.resolve({ done: [], putOff: [] }),
        get problem() {
          return problem;
        },
      },
      onRound: (error) => rounds.push(error?.message),
    });
    await waitFor(() => rounds.length > 0, { what: 'a round' });
    expect(rounds.at(-1)).toBe(problem);
    problem = undefined;
    await waitFor(() => rounds.at(-1) === undefined, { what: 'a round that is well' });
  });
});

describe('a command that the server refuses', () => {
  /**
   * A loop over a stream of its own whose user may not run a command, with an entry to claim. `outcomes`: of its
   * rounds, without repetitions.
   */
  async function without(command: string) {
    const [served, outcomes]: [string[], (string | undefined)[]] = [[], []];
    let nowSec = Date.now() / 1000;
    let rounds = 0;
    const [name, stream] = [`loop-${command}`, `${STREAMS.plans}:${command}`];
    const user = (...rules: string[]) => redis().call('ACL', 'SETUSER', name, ...rules);
    await user('on', '>secret', '~*', '&*', '+@all');
    await loopAt(0, served, undefined, {
      user: name,
      stream,
      clock: { ...systemClock, wallSec: () => nowSec },
      onRound: (error) => {
        rounds += 1;
        if (outcomes.length === 0 || outcomes.at(-1) !== error?.message) outcomes.push(error?.message);
      },
    });
    await waitFor(() => rounds > 0, { what: 'a round' });
    await user(`-${command}`);
    const id = `${Date.now()}-0`;
    await redis()
      .multi()
      .xadd(stream, id, 'n', 'left')
      .xreadgroup('GROUP', 'governor', 'dead', 'STREAMS', stream, '>')
      .xclaim(stream, 'governor', 'dead', 0, id, 'IDLE', 60_000, 'JUSTID')
      .exec();
    /** Another plan, when a claim is due. */
    const serveAnother = async () => {
      const [before, begun] = [served.length, rounds];
      nowSec += 3;
      await redis().xadd(stream, '*', 'n', 'new');
      await waitFor(() => served.length > before && rounds > begun + 1, { what: 'a new plan to be served' });
    };
    return { stream, outcomes, serveAnother, allow: () => user('+@all') };
  }

  it('keeps rounds from being well until a claim succeeds, and no new plan from being served', async () => {
    const tried = async (command: string) => {
      const { stream, outcomes, serveAnother, allow } = await without(command);
      for (let i = 0; i < 3; i += 1) await serveAnother();
      const refused = expect.stringMatching(/^pending plans cannot be acknowledged or claimed: /);
      expect({ command, outcomes }).toEqual({ command, outcomes: [undefined, refused] });
      await allow();
      await serveAnother();
      await waitFor(() => outcomes.length === 3, { what: `a round that is well, with ${command}` });
      expect({ command, outcomes }).toEqual({ command, outcomes: [undefined, refused, undefined] });
      expect((await redis().xpending(stream, 'governor'))[0]).toBe(0);
    };
    // At once: each waits for claims, which are seconds apart.
    await Promise.all(['xpending', 'xclaim', 'xack', 'xinfo', 'evalsha'].map(tried));
  });
});

describe('a backlog', () => {
  it('is served four batches at a time, while one more is read', async () => {
    const served: string[] = [];
    const held: (() => void)[] = [];
    let isHeld = true;
    await loopAt(0, served, () => (isHeld ? new Promise((end) => held.push(end)) : Promise.resolve()));
    const entries = redis().pipeline();
    for (let i = 0; i < 700; i += 1) entries.xadd(STREAMS.plans, '*', 'n', i);
    await entries.exec();
    const pending = async () => Number((await redis().xpending(STREAMS.plans, 'governor'))[0]);
    await waitFor(async () => held.length === 4 && (await pending()) > served.length, {
      what: 'four batches and a read',
    });
    const begun = served.length;
    held.shift()?.();
    await waitFor(() => held.length === 4, { what: 'the next batch' });
    expect(served.length).toBeGreaterThan(begun);
    isHeld = false;
    for (const end of held) end();
    await waitFor(async () => served.length === 700 && (await pending()) === 0, { what: 'the end' });
  });
});

describe('a failure of all that is in flight', () => {
  it('is reported once, and what comes then is served', async () => {
    const served: string[] = [];
    const held: ((error: Error) => void)[] = [];
    let isHeld = true;
    const loop = await loopAt(0, served, () =>
      isHeld ? new Promise((_, fail) => held.push(fail)) : Promise.resolve(),
    );
    const entries = redis().pipeline();
    for (let i = 0; i < 700; i += 1) entries.xadd(STREAMS.plans, '*', 'n', i);
    await entries.exec();
    await waitFor(() => held.length === 4, { what: 'four batches' });
    isHeld = false;
    for (const fail of held) fail(new BatchError('cut'));
    const last = await redis().xadd(STREAMS.plans, '*', 'n', 'last');
    await waitFor(() => served.includes(last ?? ''), { what: 'the last entry' });
    expect(loop.failures.map(({ message }) => message)).toEqual(['cut']);
  });
});

describe('an entry that the program fails at', () => {
  it('keeps those that were read beside it from being served for two deliveries, no longer', async () => {
    const served: string[] = [];
    const deliveries = new Set<number>();
    await loopAt(0, [], undefined, {
      claimIdleSec: 0.05,
      governor: {
        serve: (entries) => {
          const bad = entries.find(({ fields }) => fields[1] === 'bad');
          if (bad) {
            deliveries.add(bad.deliveries);
            return Promise.reject(new TypeError('a fault of ours'));
          }
          served.push(...entries.map(({ fields }) => fields[1] ?? ''));
          return Promise.resolve({ done: entries.map(({ id }) => id), putOff: [] });
        },
      },
    });
    const entries = redis().multi();
    for (const name of ['before', 'bad', 'after']) entries.xadd(STREAMS.plans, '*', 'n', name);
    await entries.exec();
    await waitFor(() => served.includes('before') && served.includes('after') && deliveries.size > 2, {
      what: 'its neighbours and its deliveries',
    });
  });
});

describe('pending plans that take long', () => {
  it('keep no new plan waiting until the last of them is served', async () => {
    const names: string[] = [];
    let steadyMs = 0;
    const left = redis().pipeline();
    left.xgroup('CREATE', STREAMS.plans, 'governor', '0', 'MKSTREAM');
    for (let i = 0; i < 1000; i += 1) left.xadd(STREAMS.plans, '*', 'n', 'left');
    left.xreadgroup('GROUP', 'governor', 'dead', 'STREAMS', STREAMS.plans, '>');
    left.xadd(STREAMS.plans, '*', 'n', 'new');
    await left.exec();
    const isServed = () => names.includes('new');
    await loopAt(0, [], undefined, {
      claimIdleSec: 0.001,
      clock: { ...systemClock, steadyMs: () => steadyMs },
      governor: {
        serve: async (entries) => {
          steadyMs += 1000;
          if (names.length === 500) await waitFor(isServed, { what: 'the new plan' });
          names.push(...entries.map(({ fields }) => fields[1] ?? ''));
          return { done: entries.map(({ id }) => id), putOff: [] };
        },
      },
    });
    await waitFor(() => names.length === 1001, { what: 'all of them' });
    expect(names.lastIndexOf('left')).toBeGreaterThan(names.indexOf('new'));
  });
});

describe('consumers that left', () => {
  it('are looked for when entries are: those of ours, not heard of for a minute', async () => {
    const asked: unknown[] = [];
    const loop = await loopAt(0, []);
    loop.consumer.removeIdle = (...args) => {
      asked.push(args);
      return Promise.resolve([]);
    };
    await waitFor(() => asked.length > 0, { what: 'the look' });
    expect(asked[0]).toEqual(['governor-plugin:', 60_000]);
  });
});

describe('a delivery that came to no verdict', () => {
  it('is taken back before anyone can claim the entry', async () => {
    const startSec = Date.now() / 1000; // the clock does not move, so that the loop claims at its start and not again
    await loopAt(0, [], undefined, {
      clock: { ...systemClock, wallSec: () => startSec },
      governor: { serve: (entries) => Promise.resolve({ done: [], putOff: entries }) },
    });
    const id = await redis().xadd(STREAMS.plans, '*', 'n', '1');
    const pending = async () => (await redis().xpending(STREAMS.plans, 'governor', '-', '+', 1)) as unknown[][];
    try {
      await waitFor(async () => (await pending())[0]?.[3] === 0, { what: 'the delivery to be taken back' });
      expect(await pending()).toEqual([[id, 'governor-plugin:test', expect.any(Number), 0]]);
    } finally {
    }
  });
});

describe('loops of several streams', () => {
  it('share the limit of batches: no more are served at once than of one stream', async () => {
    const streams = ['{0}', '{1}', '{2}'].map((shard) => `${STREAMS.plans}:${shard}`);
    for (const stream of streams) {
      const all = redis().pipeline();
      for (let i = 0; i < 1000; i += 1) all.xadd(stream, '*', 'plan_id', String(i));
      await all.exec();
    }
    const served: string[] = [];
    const semaphore = new BatchSemaphore();
    let [current, most] = [0, 0];
    let fill: () => void = () => undefined;
    const full = new Promise<void>((end) => (fill = end));
    stops.unshift(async () => {
      fill();
      await full;
    });
    // Batches end when as many are served as may be: one more would come before.
    const work = async () => {
      current += 1;
      most = Math.max(most, current);
      if (current === BATCHES_IN_FLIGHT) fill();
      await full;
      await redis().ping();
      current -= 1;
    };
    await Promise.all(streams.map((stream) => loopAt(0, served, work, { stream, semaphore })));
    await waitFor(() => served.length === 3000, { what: 'all plans to be served' });
    expect(most).toBe(BATCHES_IN_FLIGHT);
  });
});
