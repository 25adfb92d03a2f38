import { describe, expect, it } from '@jest/globals';
import { STREAMS } from '@quantum/redis-schemas';
import {
  useDesk,
  type Desk,
  eventsOf,
  multiplierOf,
  planOf,
  send,
  stateOf,
  type Market,
} from './test-rollout.test-support.js';

let desk: Desk;
useDesk((given) => (desk = given));

const OTHER_POLICY = 'aaaaaaaaaaaa';
const stage = { direction: 'both', minHours: 0.01, minPeriods: 0, approvals: 0, require: 'none' };
const [pilot, rest] = [
  { ...stage, name: 'pilot', cohorts: ['pilot'] },
  { ...stage, name: 'rest', cohorts: ['rest'] },
];
const both = { ...stage, name: 'both', cohorts: ['pilot', 'rest'] };

/** The multiplier in effect, 1 where none is. */
const multiplierNow = async (symbol: string): Promise<number> =>
  Number((await multiplierOf(desk.redis, symbol))['multiplier'] ?? 1);

/** The multipliers of a symbol after each of these cycles. */
async function course(symbol: string, cycles: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < cycles; i += 1) {
    await desk.cycles();
    seen.push(Number((await multiplierNow(symbol)).toFixed(6)));
  }
  return seen;
}
const change = (changes: Market): void => {
  for (const [symbol, market] of Object.entries(desk.markets)) desk.markets[symbol] = { ...market, ...changes };
};

describe('a symbol that enters the cohort', () => {
  it('gets to the blend by as many steps as the first symbols did', async () => {
    desk.markets = { A: { multiplier: 0.9 }, B: { multiplier: 0.5 }, C: { baseUsd: 2000 } };
    const stages = [pilot, both].map((each) => ({ ...each, blend: 0.5 }));
    await desk.start(planOf({ stages }));
    while ((await stateOf(desk.redis)).stage === 0) await desk.cycles();
    expect([await multiplierNow('B'), ...(await course('B', 5))]).toEqual([0.95, 0.9, 0.85, 0.8, 0.75, 0.75]);
    expect(await eventsOf(desk.redis)).not.toContain('hold');
  });

  it('has at most the blend of the stage, while the state comes down to it', async () => {
    desk.markets = { A: { multiplier: 0.9 }, B: { multiplier: 1.3 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...pilot, blend: 1 }, { ...both, blend: 0.2 }] })); // prettier-ignore
    while ((await stateOf(desk.redis)).stage === 0) await desk.cycles();
    expect(Math.max(...(await course('B', 12)))).toBe(1.06);
  });

  it.each(['a stage down', 'another policy'])('by %s does not get the blend of the stage before', async (what) => {
    desk.markets = { A: { multiplier: 1.3 }, B: { multiplier: 0.7 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ maxHoldSec: 60, stages: [{ ...pilot, blend: 0.1 }, { ...rest, blend: 1 }] })); // prettier-ignore
    await desk.until('done');
    if (what === 'another policy') change({ policy: OTHER_POLICY });
    else await send(desk.redis, desk.time, 'ana', 'hold');
    const seen = await course('A', what === 'another policy' ? 5 : 12);
    expect((await stateOf(desk.redis)).stage).toBe(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1.03);
  });
});

describe('a symbol', () => {
  it('whose proposal was unknown for a time gets to the blend from where it was', async () => {
    desk.markets = { A: { multiplier: 0.9 }, B: { multiplier: 0.5 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...pilot, blend: 0.5 }, { ...both, blend: 0.5 }] })); // prettier-ignore
    while ((await stateOf(desk.redis)).stage === 0) await desk.cycles();
    desk.markets['B'] = { multiplier: NaN };
    expect(new Set(await course('B', 10))).toEqual(new Set([0.95]));
    desk.markets['B'] = { multiplier: 0.5 };
    expect(await course('B', 3)).toEqual([0.9, 0.85, 0.8]);
  });

  it('that is out of its bounds at the blend stays at its base', async () => {
    desk.markets = { A: { multiplier: 0.4 }, B: { multiplier: 0.9 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...both, blend: 1, minHours: 24 }] }));
    await desk.cycles(10);
    expect(new Set(await course('A', 20))).toEqual(new Set([1]));
  });
});

describe('a cohort that leaves its bounds as a whole', () => {
  it.each([
    ['its only symbol', { stages: [{ ...pilot, blend: 1, minHours: 24 }] }],
    ['the cap of all', { stages: [{ ...both, blend: 1, minHours: 24 }], limits: { maxDeviationUsd: { total: 700, perSymbol: 2000 } } }],
  ])('does not come back step by step to leave them again: %s', async (_what, changes) => {
    desk.markets = { A: { multiplier: 0.4 }, B: { multiplier: 0.6 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf(changes));
    const seen = [await multiplierNow('A'), ...(await course('A', 30))];
    const backAtBase = seen.findIndex((multiplier, i) => multiplier === 1 && seen.slice(0, i).some((each) => each < 1));
    expect(new Set(backAtBase < 0 ? [1] : seen.slice(backAtBase))).toEqual(new Set([1]));
  }); // prettier-ignore
});

describe('a cap of all', () => {
  it('counts no symbol beyond the blend of the stage, while the state comes down to it', async () => {
    desk.markets = { A: { multiplier: 0.9 }, B: { multiplier: 0.7 }, C: { baseUsd: 20_000 } };
    const limits = { maxDeviationUsd: { total: 300, perSymbol: 2000 } };
    await desk.start(planOf({ limits, stages: [{ ...pilot, blend: 1 }, { ...both, blend: 0.2 }] })); // prettier-ignore
    while ((await stateOf(desk.redis)).stage === 0) await desk.cycles();
    const seen = [await multiplierNow('A'), ...(await course('A', 12))];
    expect([Math.max(...seen), seen.at(-1)]).toEqual([0.98, 0.98]);
  });
});

it('keys that lapse in the first minutes are no oscillation', async () => {
  await desk.start();
  await desk.until('done');
  await desk.redis.del('quantum:rollout:multiplier:A', 'quantum:rollout:multiplier:B'); // they have expired
  await desk.cycles(1, 40);
  expect((await eventsOf(desk.redis)).slice(-3)).not.toContain('hold');
});

describe('a symbol of a stage that is ready', () => {
  it('goes to its base when its score is old, while a symbol of the next stage has no base', async () => {
    desk.markets = { A: { multiplier: 0.9 }, B: { baseUsd: NaN }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...pilot, blend: 0.5 }, { ...rest, blend: 0.5 }] })); // prettier-ignore
    await desk.until('ready');
    await desk.cycles(3);
    expect([(await stateOf(desk.redis)).name, await multiplierNow('A')]).toEqual(['ready', 0.95]);
    desk.markets['A'] = { isScored: false };
    await desk.cycles(40);
    expect(await multiplierNow('A')).toBe(1);
  });
});

it('a step down to a stage at blend 0 is no drawdown', async () => {
  const { guards, evidence } = planOf().plan;
  await desk.start(planOf({
    stages: [{ ...both, name: 'watch', blend: 0 }, { ...both, blend: 0.2, minHours: 24 }], maxHoldSec: 700,
    guards: { ...guards, relative_drawdown: { owner: 'risk', sds: 0 } }, evidence: { ...evidence, periodSec: 300 },
  })); // prettier-ignore
  while ((await stateOf(desk.redis)).stage === 0) await desk.cycles();
  await desk.cycles(40);
  await send(desk.redis, desk.time, 'ana', 'hold');
  await desk.cycles(140);
  expect((await eventsOf(desk.redis)).slice(-4)).toEqual(['hold', 'step_down', 'slew', 'slew']);
});

describe('the first stage', () => {
  it('gets to its blend after another policy, where none of its symbols was enforced', async () => {
    desk.markets = { A: { multiplier: 1.3 }, B: { multiplier: 0.7 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...pilot, blend: 0.1 }, { ...rest, blend: 1 }] })); // prettier-ignore
    await desk.until('done');
    change({ policy: OTHER_POLICY });
    expect(Math.max(...(await course('A', 40)))).toBe(1.03);
  });

  it('of another plan gets to its blend, where one runs already', async () => {
    const guards = { ...planOf().plan.guards, relative_drawdown: { owner: 'risk', sds: 0 } }; // needs no day of evidence
    await desk.start(planOf({ guards }));
    await desk.until('done');
    const other = planOf({ guards, name: 'other' });
    await send(desk.redis, desk.time, 'ana', 'submit', 'plan_json', other.text);
    await send(desk.redis, desk.time, 'ana', 'start', 'plan', other.hash);
    await desk.cycles(3);
    expect((await stateOf(desk.redis)).plan).toBe(other.hash);
    expect(Math.min(...(await course('A', 40)))).toBeLessThanOrEqual(0.98);
  });

  it('gets to its blend after downtime on the way to 0', async () => {
    await desk.start(planOf({ slewPerCycle: 0.02 }));
    await desk.until('done');
    await desk.cycles(90);
    change({ policy: OTHER_POLICY });
    await desk.cycles(5);
    expect(await stateOf(desk.redis)).toMatchObject({ stage: 0, restarting: true });
    await desk.redis.del('quantum:rollout:multiplier:A', 'quantum:rollout:multiplier:B'); // they have expired
    await desk.cycles(1, 40);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'baking', blend: 0 });
    await desk.cycles(12);
    expect(await multiplierNow('A')).toBeCloseTo(0.98);
  });
});

describe('a hold of a person', () => {
  it('moves no multiplier away from its base for another policy, whose evidence begins at zero', async () => {
    desk.markets = { A: { multiplier: 0.9 }, B: { multiplier: 0.9 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...both, blend: 0.1, direction: 'down_only' }, { ...both, name: 'full', blend: 1 }] })); // prettier-ignore
    await desk.until('done');
    await send(desk.redis, desk.time, 'ana', 'hold');
    await desk.cycles();
    change({ policy: OTHER_POLICY, multiplier: 0.6 });
    expect(Math.min(...(await course('B', 12)))).toBeGreaterThanOrEqual(0.9);
  });
});

describe('reduce_only', () => {
  it('is left to a hold without a way back above the base', async () => {
    desk.markets = { A: { multiplier: 1.4 }, B: { multiplier: 0.8 }, C: { baseUsd: 20_000 } };
    await desk.start(planOf({ stages: [{ ...both, blend: 1 }] }));
    await desk.until('done');
    expect([await multiplierNow('A'), await multiplierNow('B')]).toEqual([1.4, 0.8]);
    await send(desk.redis, desk.time, 'ana', 'reduce_only');
    await desk.cycles(12);
    await send(desk.redis, desk.time, 'ana', 'retry');
    expect(await course('A', 5)).toEqual([1, 1, 1, 1, 1]);
    expect(await multiplierNow('B')).toBe(0.8);
    expect((await stateOf(desk.redis)).name).toBe('holding');
  });

  it('keeps every multiplier while the policy changes', async () => {
    await desk.start();
    await desk.until('done');
    await send(desk.redis, desk.time, 'ana', 'reduce_only');
    await desk.cycles();
    const before = await multiplierNow('B');
    expect(before).toBeLessThan(1);
    change({ policy: OTHER_POLICY });
    expect(await course('B', 3)).toEqual([before, before, before]);
  });
});

describe('proposals of several policies', () => {
  it.each([OTHER_POLICY, ''])('hold, and one of policy "%s" is not enforced', async (policy) => {
    await desk.start();
    desk.markets['B'] = { multiplier: 0.7, policy };
    await desk.cycles(30);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'holding', stage: 0 });
    expect(await multiplierNow('B')).toBe(1);
  });
});

describe('a base target', () => {
  it('of a losing symbol counts as 0, and holds nothing', async () => {
    await desk.start();
    await desk.cycles(2);
    desk.markets['A'] = { baseUsd: -5 };
    await desk.until('done');
    expect(await eventsOf(desk.redis)).not.toContain('hold');
  });

  it.each([
    ['of a symbol', { cohorts: { pilot: ['A', 'B'] } }, ['A']],
    ['of every symbol', { cohorts: { pilot: ['A'] } }, ['A']],
  ])('%s may stay 0 for long', async (_what, changes, symbols) => {
    const { guards, evidence } = planOf().plan;
    await desk.start(planOf({
      ...changes, stages: [{ ...pilot, blend: 0.2, minHours: 24 }], evidence: { ...evidence, periodSec: 300 },
      guards: { ...guards, relative_drawdown: { owner: 'risk', sds: 0 } },
    })); // prettier-ignore
    for (const symbol of symbols) desk.markets[symbol] = { baseUsd: 0 };
    await desk.cycles(150);
    expect(await eventsOf(desk.redis)).not.toContain('hold');
  });

  it('that is no number takes its symbol to its base, and holds nothing', async () => {
    await desk.start(planOf({ stages: [{ ...both, blend: 0.5 }] }));
    await desk.until('done');
    desk.markets['A'] = { baseUsd: NaN };
    await desk.cycles(5);
    expect([await multiplierNow('A'), await multiplierNow('B')]).toEqual([1, 0.95]);
    expect(await eventsOf(desk.redis)).not.toContain('hold');
  });
});

it('a symbol that the plan excludes may have another policy', async () => {
  desk.markets['B'] = { policy: OTHER_POLICY };
  await desk.start(planOf({ exclude: ['B'] }));
  expect(await desk.until('done')).toMatchObject({ stage: 1, blend: 0.5 });
});

it('a stage whose symbols are all excluded holds, and moves no blend', async () => {
  const guards = { ...planOf().plan.guards, relative_drawdown: { owner: 'risk', sds: 0 } };
  await desk.start(planOf({ guards, maxHoldSec: 14_400 }));
  await desk.cycles(3);
  await send(desk.redis, desk.time, 'ana', 'exclude', 'symbols', '["A"]');
  await desk.cycles(450); // longer than the windows of an hour
  expect((await eventsOf(desk.redis)).slice(-2)).toEqual(['exclude', 'hold']);
});

describe('violations of budgets', () => {
  const report = async (symbol: string, count: number): Promise<void> => {
    const json = JSON.stringify({ symbol, over_budget: true, timestamp: desk.time.sec + 5 });
    const pipeline = desk.redis.pipeline();
    for (let i = 0; i < count; i += 1) pipeline.xadd(STREAMS.budgetViolation, `${(desk.time.sec + 5) * 1000}-*`, 'json', json); // prettier-ignore
    await pipeline.exec();
  };

  it('hold beside a thousand of other symbols', async () => {
    await desk.start();
    await report('X', 1000);
    await report('A', 1);
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('holding');
  });

  it('hold where there are more than are read', async () => {
    await desk.start();
    await report('A', 1);
    await report('X', 1000);
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('holding');
  });

  it.each([
    ['an operator', {}, () => send(desk.redis, desk.time, 'ana', 'exclude', 'symbols', '["B"]')],
    ['the plan', { exclude: ['B'] }, () => undefined],
  ])('do not count for a symbol that %s excludes', async (_who, changes, exclude) => {
    await desk.start(planOf(changes));
    await exclude();
    await desk.cycles();
    await report('B', 1);
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('baking');
  });
});
