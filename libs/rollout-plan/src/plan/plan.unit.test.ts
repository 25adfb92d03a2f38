import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_GUARD_LIMITS, GUARD_NAMES } from '@quantum/rollout-guards';
import fc from 'fast-check';
import { examplePlan, planFile } from '../example.test-support.js';
import { capsOf, cohortOf, guardLimitsOf, parsePlan, planHash, planJsonSchema, planText } from '../index.js';

const violations = (file: unknown, known: (symbol: string) => boolean = () => true) =>
  parsePlan(typeof file === 'string' ? file : JSON.stringify(file), known).violations;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const guards = planFile()['guards'] as Record<string, object>;
const [pilot, half] = planFile()['stages'] as [object, object];
const evidence = planFile()['evidence'] as object;

describe('a plan', () => {
  it('has defaults for what its file leaves out', () => {
    const plan = examplePlan();
    expect(plan).toMatchObject({ exclude: [], limits: { clusters: {} }, evidence: { periodSec: 300, alphaHarm: 0.1 } });
    expect(guardLimitsOf(plan)).toEqual(DEFAULT_GUARD_LIMITS);
    expect(Object.keys(guardLimitsOf(plan))).toEqual(GUARD_NAMES);
  });

  it('may have limits of its own, and a guard that needs one', () => {
    const own = { ...guards, slew: { owner: 'risk', perDay: 2 }, book_drawdown: { owner: 'desk', maxBps: 300 } };
    const { slew, book_drawdown, tracking } = guardLimitsOf(examplePlan({ guards: own }));
    expect(slew).toEqual({ perCycle: 0.05, perDay: 2, costBpsPerDay: 20 });
    expect(book_drawdown).toEqual({ maxBps: 300 });
    expect(tracking).toEqual(DEFAULT_GUARD_LIMITS.tracking);
  });

  it('enforces the cohorts of a stage without what is excluded', () => {
    const plan = examplePlan({ exclude: ['SOLUSDT'] });
    expect([...cohortOf(plan, 0)]).toEqual(['BTCUSDT']);
    expect([...cohortOf(plan, 1)]).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect([...cohortOf(plan, 1, new Set(['BTCUSDT']))]).toEqual(['ETHUSDT']);
    expect([...cohortOf(plan, 3)]).toEqual([]);
  });

  it('gives its caps', () => {
    const maxDeviationUsd = { total: 10, perSymbol: 5, symbols: { BTCUSDT: 4 } };
    const clusters = { layer1: { symbols: ['ETHUSDT', 'SOLUSDT'], capUsd: 6 } };
    expect(capsOf(examplePlan({ limits: { maxDeviationUsd, clusters } }))).toEqual({
      totalUsd: 10,
      symbolUsd: 5,
      bySymbolUsd: new Map([['BTCUSDT', 4]]),
      clusters: [{ name: 'layer1', symbols: ['ETHUSDT', 'SOLUSDT'], capUsd: 6 }],
    });
  });

  it('has one text and one hash, whatever the order of its names, and with or without a schema', () => {
    const reversed = Object.fromEntries(Object.entries(planFile()).reverse());
    const plan = examplePlan({ ...reversed, $schema: 'rollout-plan.schema.json' });
    expect(planText(plan)).toBe(planText(examplePlan()));
    expect(planHash(plan, sha256)).toMatch(/^[0-9a-f]{12}$/);
    expect(planHash(plan, sha256)).toBe(planHash(examplePlan(), sha256));
    expect(planHash(examplePlan({ slewPerCycle: 0.06 }), sha256)).not.toBe(planHash(plan, sha256));
    expect(parsePlan(planText(plan), () => true).plan).toEqual(plan);
    expect(planText(plan)).toMatch(/^\{"approvalDays":30,"cohorts":\{"majors":/);
  });
});

describe('what is refused', () => {
  it.each<[string, unknown, string[]]>([
    ['no JSON', '{"version":1', ['the plan is not JSON']],
    ['a list', '[]', ['the plan: must be an object']],
    ['null', 'null', ['the plan=null: must be an object']],
    ['an unknown name', planFile({ stage: [] }), ['the plan: stage is not known here']],
    ['another version', planFile({ version: 2 }), ['version=2: must be 1']],
    ['an invalid name', planFile({ name: 'My Plan' }), ['name="My Plan": must be 1 to 32 characters of a-z, 0-9, _ and -, the first no mark']],
    ['no stage', planFile({ stages: [] }), ['stages: must have a stage']],
    ['a stage that is none', planFile({ stages: [1] }), ['stages[0]=1: must be an object: a stage']],
    ['an unknown name in a stage', planFile({ stages: [{ ...pilot, blends: 1 }] }), ['stages[0]: blends is not known here']],
    ['a blend above 1', planFile({ stages: [pilot, { ...half, blend: 1.5 }] }), ['stages[1].blend=1.5: must be a number in 0..1']],
    ['a blend as text', planFile({ stages: [{ ...pilot, blend: '0.2' }] }), ['stages[0].blend="0.2": must be a number in 0..1']],
    ['three approvals', planFile({ stages: [{ ...pilot, approvals: 3 }] }), ['stages[0].approvals=3: must be a whole number in 0..2']],
    ['half an approval', planFile({ stages: [{ ...pilot, approvals: 0.5 }] }), ['stages[0].approvals=0.5: must be a whole number in 0..2']],
    ['an unknown direction', planFile({ stages: [{ ...pilot, direction: 'up' }] }), ['stages[0].direction="up": must be down_only or both']],
    ['an unknown requirement', planFile({ stages: [{ ...pilot, require: 'good' }] }), ['stages[0].require="good": must be none, non_inferior or superior']],
    ['two stages of one name', planFile({ stages: [pilot, pilot] }), ['stages: pilot occurs twice']],
    ['an unknown cohort', planFile({ stages: [{ ...pilot, cohorts: ['pilots', 'constructor'] }] }), ['stages[0].cohorts: pilots is not a cohort of the plan', 'stages[0].cohorts: constructor is not a cohort of the plan']],
    ['a stage without cohorts', planFile({ stages: [{ ...pilot, cohorts: [] }] }), ['stages[0].cohorts: must name a cohort']],
    ['an invalid name of a cohort', planFile({ cohorts: { ...(planFile()['cohorts'] as object), 'A B': ['A'] } }), ['cohorts.A B: must be 1 to 32 characters of a-z, 0-9, _ and -, the first no mark']],
    ['an empty cohort', planFile({ cohorts: { pilot: ['A'], majors: [] } }), ['cohorts.majors: must name a symbol']],
    ['an invalid symbol', planFile({ cohorts: { pilot: ['{A}'], majors: ['B'] } }), ['cohorts.pilot[0]="{A}": must be 1 to 64 characters without braces and control characters']],
    ['a symbol that occurs twice', planFile({ cohorts: { pilot: ['A', 'A'], majors: ['B'] } }), ['cohorts.pilot: A occurs twice']],
    ['an excluded symbol of no cohort', planFile({ exclude: ['XRPUSDT'] }), ['exclude: XRPUSDT is in no cohort']],
    ['a cap for a symbol of no cohort', planFile({ limits: { maxDeviationUsd: { total: 1, perSymbol: 1, symbols: { X: 1 } } } }), ['limits.maxDeviationUsd.symbols: X is in no cohort']],
    ['a cluster with a symbol of no cohort', planFile({ limits: { maxDeviationUsd: { total: 1, perSymbol: 1 }, clusters: { c: { symbols: ['X', 'BTCUSDT'], capUsd: 1 } } } }), ['limits.clusters.c: X is in no cohort']],
    ['a negative cap', planFile({ limits: { maxDeviationUsd: { total: -1, perSymbol: 1 } } }), ['limits.maxDeviationUsd.total=-1: must be a number in 0..1000000000000']],
    ['an unknown guard', planFile({ guards: { ...guards, sum_ratios: { owner: 'risk' } } }), ['guards: sum_ratios is not known here']],
    ['a guard without owner', planFile({ guards: { ...guards, harm: {} } }), ['guards.harm.owner: must be 1 to 32 characters of a-z, 0-9, _ and -, the first no mark']],
    ['an unknown limit', planFile({ guards: { ...guards, harm: { owner: 'risk', alpha: 1 } } }), ['guards.harm: alpha is not known here']],
    ['a limit that is out of range', planFile({ guards: { ...guards, sum_ratio: { owner: 'risk', max: 9 } } }), ['guards.sum_ratio.max=9: must be a number in 1..2']],
    ['a guard without the limit that it needs', planFile({ guards: { ...guards, book_drawdown: { owner: 'desk' } } }), ['guards.book_drawdown.maxBps: must be a number in 1..10000']],
    ['a missing guard', planFile({ guards: { ...guards, slew: undefined } }), ['guards.slew: must be an object with owner and limits']],
    ['a period that does not divide an hour', planFile({ evidence: { ...evidence, periodSec: 7 * 60 } }), ['evidence.periodSec=420: must be a divisor of 3600']],
    ['a clip of 0', planFile({ evidence: { ...evidence, clipBps: 0 } }), ['evidence.clipBps=0: must be a number in 0.01..10000']],
    ['a name that occurs twice', JSON.stringify(planFile()).replace('"version":1', '"version":1,"name":"other"'), ['"name" occurs twice in one object']],
  ])('is %s', (_what, file, lines) => {
    expect(violations(file)).toEqual(lines);
  }); // prettier-ignore

  it('is a symbol without a target', () => {
    expect(violations(planFile(), (symbol) => symbol !== 'SOLUSDT')).toEqual(['cohorts: SOLUSDT has no target']);
  });

  it('is reported at once, every violation', () => {
    expect(violations(planFile({ slewPerCycle: 0, maxHoldSec: 'long', plans: 1 }))).toEqual([
      'slewPerCycle=0: must be a number in 0.0001..1',
      'maxHoldSec="long": must be a whole number in 60..2592000',
      'the plan: plans is not known here',
    ]);
    const exclude = ['X'];
    expect(violations(planFile({ exclude, stages: [pilot, pilot] }), () => false)).toHaveLength(5);
  });

  it('is no crash, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(violations(text)?.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the published schema', () => {
  const { properties, $defs } = planJsonSchema() as {
    properties: { guards: { properties: Record<string, { properties: object }>; required: string[] } };
    $defs: { stage: { properties: object } };
  };

  it('has every guard with its limits, and demands an owner of each', () => {
    expect(Object.keys(properties.guards.properties)).toEqual(GUARD_NAMES);
    expect(properties.guards.required).toEqual(GUARD_NAMES.filter((name) => name !== 'book_drawdown'));
    expect(properties.guards.properties['sum_ratio']).toMatchObject({
      additionalProperties: false,
      required: ['owner'],
      properties: { max: { type: 'number', minimum: 1, maximum: 2, default: 1 } },
    });
  });

  it('has the ranges of a stage', () => {
    expect($defs.stage.properties).toMatchObject({ blend: { minimum: 0, maximum: 1 }, approvals: { maximum: 2 } });
  });
});
