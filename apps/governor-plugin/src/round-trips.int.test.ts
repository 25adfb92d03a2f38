import { describe, expect, it } from '@jest/globals';
import { efficiencyHint, type PermitDecorator } from '@quantum/permit-decorators';
import { hintStep, loadPolicy } from '@quantum/policy';
import { loadConfig } from '@quantum/service-kit';
import { useRedis } from '@quantum/testing';
import { countBatches } from './batches.test-support.js';
import { governorDefinition } from './config.js';
import { harness, type Harness } from './governor-harness.test-support.js';

const { redis } = useRedis();
const hint = efficiencyHint(loadPolicy(undefined, hintStep(loadConfig(governorDefinition, {}).config)));

/** What serving ten plans costs: batches, which are one round trip each, and hashes that are read. */
async function costOf({ decide }: Harness, prefix: string) {
  await decide({ planId: `${prefix}-warm` }); // the scripts are loaded
  const plans = Array.from({ length: 10 }, (_, i) => ({ planId: `${prefix}${i}`, symbol: `${prefix}${i}` }));
  await redis().config('RESETSTAT');
  const batches = countBatches(redis());
  await decide(...plans);
  const roundTrips = batches();
  const hashReads = Number(/cmdstat_hmget:calls=(\d+)/.exec(await redis().info('commandstats'))?.[1]);
  return { roundTrips, hashReads };
}

describe('a permit decorator', () => {
  it('has its reads in the pipeline of the gates: no round trip is added', async () => {
    const bare = await costOf(await harness(redis(), {}, []), 'bare');
    const hinted = await costOf(await harness(redis(), {}, [hint]), 'hinted');
    // Read the group, look up, reserve, record, acknowledge.
    expect(bare.roundTrips).toBe(5);
    expect(hinted).toEqual({ roundTrips: 5, hashReads: bare.hashReads + 10 });
  });

  it('shares a read that another one asks for too', async () => {
    const one = await costOf(await harness(redis(), {}, [hint]), 'one');
    expect(await costOf(await harness(redis(), {}, [hint, hint]), 'two')).toEqual(one);
  });

  it.each(['reads', 'annotate'] as const)('that throws in %s costs its own fields, nothing else', async (where) => {
    const broken: PermitDecorator<object> = {
      name: 'broken',
      neutral: {},
      reads: () => [],
      annotate: () => ({ fields: {}, inputs: {} }),
      [where]: () => {
        throw new Error('a mistake');
      },
    };
    const { decide, permit, metrics } = await harness(redis(), {}, [broken, hint]);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ eff_reason: 'missing_eff' });
    expect(await metrics('p32_errors_total')).toEqual(['{kind="decorator"} 1']);
  });

  it('whose reads are no list costs its own fields, nothing else', async () => {
    const broken = {
      name: 'broken',
      neutral: {},
      reads: () => new Set(),
      annotate: () => ({ fields: {}, inputs: {} }),
    };
    const { decide, permit } = await harness(redis(), {}, [broken as unknown as PermitDecorator<object>, hint]);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ granted: true, eff_reason: 'missing_eff' });
  });

  it('cannot change what was granted, nor the inputs of the gates', async () => {
    const forged = { granted: false, symbol: 'X', consumed: true, would_block: ['kill_switch'], mode: 'production' };
    const forger = {
      ...hint,
      annotate: (context) => {
        const { fields, inputs } = hint.annotate(context);
        return { fields: { ...fields, ...forged }, inputs: { ...inputs, closing: 'forged' } };
      },
    } as PermitDecorator<object>;
    const { decide, permit, record } = await harness(redis(), {}, [forger]);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ granted: true, symbol: 'BTCUSDT', consumed: false, would_block: [], mode: 'testnet' }); // prettier-ignore
    expect((await record('p1'))?.inputs).toMatchObject({ closing: false });
  });
});
