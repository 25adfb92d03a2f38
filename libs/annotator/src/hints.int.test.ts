import { describe, expect, it } from '@jest/globals';
import type { PermitDecorator } from '@quantum/permit-decorators';
import { efficiencyKey, type Permit, type Plan } from '@quantum/redis-schemas';
import { aPlan } from '@quantum/test-fixtures';
import { useRedis } from '@quantum/testing';
import { computeHints } from './hints.js';

type Decorator = PermitDecorator<Partial<Permit>>;

const { redis } = useRedis();
const NOW_SEC = 1_763_899_200;

const plans = ['a', 'b'].map((planId) => aPlan({ plan_id: planId, symbol: planId.toUpperCase() }));

/** Says as its field what it read. */
const echo: Decorator = {
  name: 'echo',
  reads: ({ symbol }) => [{ key: efficiencyKey(symbol), fields: ['x', 'y'] }],
  annotate: ({ plan, nowSec, values }) => ({
    fields: { eff_score: JSON.stringify([plan.planId, nowSec, values]) },
    inputs: {},
  }),
  neutral: { eff_score: 'neutral' },
};
const boom = (): never => {
  throw new Error('boom');
};

async function hints(...decorators: Decorator[]) {
  const errors: string[] = [];
  const computed = await computeHints(redis(), plans, NOW_SEC, decorators, ({ message }) => errors.push(message));
  return { computed, errors };
}

describe('hints', () => {
  it('hand each decorator the answers to its own reads, plan by plan', async () => {
    await redis().hset(efficiencyKey('A'), 'y', '1');
    await redis().set(efficiencyKey('B'), 'text');
    const quiet: Decorator = {
      name: 'quiet',
      reads: () => [],
      annotate: () => ({ fields: {}, inputs: {} }),
      neutral: {},
    };
    const { computed, errors } = await hints(quiet, echo);
    const values = computed.map(({ fields }) => JSON.parse(fields.eff_score ?? '') as unknown);
    expect(values).toEqual([
      ['a', NOW_SEC, [{ readable: true, value: [null, '1'] }]],
      ['b', NOW_SEC, [{ readable: false }]],
    ]);
    expect(errors).toEqual([]);
  });

  it('read a key once for all plans of its symbol, and no more of a field than a number may have', async () => {
    await redis().hset(efficiencyKey('A'), 'x', '9'.repeat(1_000_000));
    const [first] = plans;
    const answers: unknown[] = [];
    const listen: Decorator = {
      ...echo,
      annotate: ({ values: [read] }) => {
        answers.push(read?.readable === true ? read.value[0]?.length : read);
        return { fields: {}, inputs: {} };
      },
    };
    await redis().config('RESETSTAT');
    await computeHints(redis(), [first as Plan, { ...(first as Plan), planId: 'c' }], NOW_SEC, [listen], boom);
    expect(answers).toEqual([1025, 1025]);
    expect(await redis().info('commandstats')).toMatch(/cmdstat_hmget:calls=1,/);
  });

  it.each([
    ['reads', { ...echo, name: 'bad', reads: boom }],
    ['annotating', { ...echo, name: 'bad', annotate: boom }],
  ])('are neutral, and say so, where %s throws', async (_what, bad) => {
    const factor: Decorator = {
      ...echo,
      name: 'factor',
      annotate: () => ({ fields: { eff_factor: '0.5000' }, inputs: {} }),
    };
    const { computed, errors } = await hints(bad, factor);
    expect(computed.map(({ fields }) => fields)).toEqual(
      plans.map(() => ({ eff_score: 'neutral', eff_factor: '0.5000' })),
    );
    expect(errors).toEqual(['decorator bad failed', 'decorator bad failed']);
  });

  it('leave out what is the issuing governor’s', async () => {
    const greedy: Decorator = {
      ...echo,
      annotate: () => ({ fields: { computed_qty: 9, would_block: [], mode: 'testnet', eff_stale: '0' }, inputs: {} }),
    };
    const { computed } = await hints(greedy);
    expect(computed[0]).toEqual({ fields: { eff_stale: '0' }, text: '"eff_stale":"0"' });
  });
});
