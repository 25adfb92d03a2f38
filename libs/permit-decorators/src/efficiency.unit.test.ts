import { describe, expect, it } from '@jest/globals';
import { confidence, score, timeAround, uniform } from '@quantum/generators';
import { parseNumber, PermitSchema, type Plan } from '@quantum/redis-schemas';
import { aPlan, SOME_POLICY } from '@quantum/test-fixtures';
import fc from 'fast-check';
import type { HintParameters } from '@quantum/efficiency-policy';
import { efficiencyHint, permitDecorators, type HashValues } from './index.js';

const NOW = 1700000000;
const parameters: HintParameters = SOME_POLICY.governor.hint;
const POLICY = '4bd977d42c9c';
const hintBy = (own: HintParameters) => efficiencyHint({ of: () => ({ parameters: own, policy: POLICY }) });
const hint = hintBy(parameters);
const HintSchema = PermitSchema.pick({
  eff_score: true,
  eff_confidence: true,
  eff_stale: true,
  eff_factor: true,
  downsize_factor: true,
  eff_action: true,
  eff_reason: true,
  extra_cooldown_sec: true,
  policy: true,
}).strict();

const planOf = (fields: Record<string, string> = {}): Plan => aPlan({ symbol: 'BTC:PERP', ...fields });
const annotate = (values: readonly (string | null)[], plan = planOf(), decorator = hint) =>
  decorator.annotate({ plan, nowSec: NOW, values: [{ readable: true, value: values }] });

const none = {
  eff_score: '',
  eff_confidence: '',
  eff_stale: '0',
  eff_factor: '1.0000',
  downsize_factor: '1.0000',
  eff_action: 'NONE',
  extra_cooldown_sec: '0',
  policy: POLICY,
};
const ts = String(NOW);
const read = { ...none, eff_confidence: '0.800' };
const downsized = { ...read, eff_reason: 'ok', eff_action: 'DOWNSIZE' };

describe('the efficiency hint', () => {
  it.each([
    [
      ['0.2', '0.8', ts],
      { ...downsized, eff_score: '0.2000', eff_factor: '0.4444', downsize_factor: '0.4444', extra_cooldown_sec: '96' },
    ],
    [
      ['0', '0.8', ts],
      { ...downsized, eff_score: '0.0000', eff_factor: '0.2500', downsize_factor: '0.2500', extra_cooldown_sec: '120' },
    ],
    [['0.45', '0.8', ts], { ...read, eff_score: '0.4500', eff_reason: 'ok' }],
    [['0.2', '0.8', '1'], { ...read, eff_score: '0.2000', eff_stale: '1', eff_reason: 'stale_eff' }],
    [['0.2', '0.64999', ts], { ...none, eff_score: '0.2000', eff_confidence: '0.650', eff_reason: 'low_conf' }],
    [['7', '0.8', ts], { ...read, eff_reason: 'invalid_eff' }],
    [['0.2', '0.8', `${ts}000`], { ...read, eff_score: '0.2000', eff_reason: 'invalid_eff' }],
    [['0.2', null, null], { ...none, eff_score: '0.2000', eff_reason: 'invalid_eff' }],
    [[null, null, null], { ...none, eff_reason: 'missing_eff' }],
  ])('of %j', (values, fields) => {
    expect(annotate(values).fields).toEqual(fields);
  });

  it('is the same for an invalid reading that nobody takes note of', () => {
    const decorators = permitDecorators({ of: () => ({ parameters, policy: POLICY }) });
    const values = [{ readable: true, value: ['7', '0.8', ts] }] as const;
    const read = decorators.map((decorator) => decorator.annotate({ plan: planOf(), nowSec: NOW, values }));
    expect(read[0]?.fields).toMatchObject({ eff_reason: 'invalid_eff' });
  });

  it('passes on the values of an invalid reading, and of no other', () => {
    const invalid: unknown[] = [];
    const reporting = efficiencyHint({ of: () => ({ parameters, policy: POLICY }) }, (...what) => invalid.push(what));
    const values = ['np.float64(0.9)', '0.8', ts];
    annotate(values, planOf(), reporting);
    annotate(['0.9', '0.8', ts], planOf(), reporting);
    annotate(['0.9', '0.8', '1'], planOf(), reporting);
    annotate([null, null, null], planOf(), reporting);
    reporting.annotate({ plan: planOf(), nowSec: NOW, values: [{ readable: false }] });
    expect(invalid).toEqual([['BTC:PERP', values]]);
  });

  it.each<[string, HashValues[]]>([
    ['unreadable', [{ readable: false }]],
    ['not answered', []],
  ])('of a key that is %s is neutral, with the hash of its parameters', (_name, values) => {
    const { fields, inputs } = hint.annotate({ plan: planOf(), nowSec: NOW, values });
    expect(fields).toEqual({ ...none, eff_reason: 'redis_error' });
    expect(hint.neutral).toEqual({ ...fields, policy: '' });
    expect(inputs).toEqual({ eff_score: null, eff_confidence: null, eff_ts: '', eff_reason: 'redis_error' });
  });

  it('uses the parameter set of the symbol, names it, and asks for it once', () => {
    const asked: string[] = [];
    const own = { parameters: { ...parameters, downsizeThreshold: 0.1 }, policy: '0123456789ab' };
    const bySymbol = efficiencyHint({
      of: (symbol) => {
        asked.push(symbol);
        return symbol === 'ETH' ? own : { parameters, policy: POLICY };
      },
    });
    const [btc, eth] = ['BTC', 'ETH'].map(
      (symbol) => annotate(['0.2', '0.8', ts], planOf({ symbol }), bySymbol).fields,
    );
    expect(btc).toMatchObject({ eff_action: 'DOWNSIZE', policy: POLICY });
    expect(eth).toMatchObject({ eff_action: 'NONE', eff_score: '0.2000', policy: '0123456789ab' });
    expect(asked).toEqual(['BTC', 'ETH']);
  });

  it('asks for one hash with three fields', () => {
    const fields = ['efficiency_score', 'confidence', 'ts'];
    expect(hint.reads(planOf())).toEqual([{ key: 'quantum:capital:efficiency:BTC:PERP', fields }]);
  });

  it.each([[{ action: 'PARTIAL_50' }], [{ action: 'FULL_CLOSE_PROPOSED' }], [{ reduceOnly: 'True' }]])(
    'leaves a closing plan unchanged: %j',
    (fields) => {
      const closing = planOf(fields);
      expect(annotate(['0', '0.8', ts], closing).fields).toMatchObject({ eff_action: 'NONE', eff_factor: '1.0000' });
      const old = hintBy({ ...parameters, hintCloses: true });
      expect(annotate(['0', '0.8', ts], closing, old).fields).toMatchObject({ eff_factor: '0.2500' });
    },
  );
});

it('for all texts and policies: fits the permit, never enlarges, and its inputs reproduce it', () => {
  const odd = fc.oneof(fc.double().map(String), fc.string(), fc.constantFrom('0', '1', '', null));
  const mostly = (usual: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 4, arbitrary: usual.map(String) }, { weight: 1, arbitrary: odd });
  const policies = fc.record({
    minConfidence: fc.oneof(fc.constant(0.65), confidence),
    maxFutureSec: fc.constant(60),
    maxAgeSec: fc.constant(600),
    downsizeThreshold: fc.oneof(fc.constant(0.45), uniform(1e-9, 1)),
    minFactor: fc.oneof(fc.constant(0.25), uniform(0.0001, 1)),
    maxExtraCooldownSec: fc.oneof(fc.constant(120), uniform(0, 86_400)),
    hintCloses: fc.boolean(),
  });
  fc.assert(
    fc.property(
      mostly(score),
      mostly(confidence),
      mostly(timeAround(NOW, 700, 70)),
      fc.boolean(),
      policies,
      (scoreText, confidenceText, tsText, closing, p) => {
        const decorator = hintBy(p);
        const plan = planOf({ reduceOnly: String(closing) });
        const { fields, inputs } = annotate([scoreText, confidenceText, tsText], plan, decorator);
        expect(HintSchema.parse(fields)).toEqual(fields);
        const factor = parseNumber(fields.eff_factor)!;
        expect(factor >= 0.0001 && factor <= 1 && fields.downsize_factor === fields.eff_factor).toBe(true);
        expect(fields.eff_stale === '1').toBe(fields.eff_reason === 'stale_eff');
        if (closing && !p.hintCloses) expect(fields.eff_action).toBe('NONE');

        const kept = JSON.parse(JSON.stringify(inputs)) as typeof inputs;
        expect(kept).toEqual(inputs);
        if (fields.eff_reason === 'invalid_eff' || fields.eff_reason === 'missing_eff') return;
        const [keptScore, keptConfidence] = [kept['eff_score'], kept['eff_confidence']].map(String) as [string, string];
        const again = annotate([keptScore, keptConfidence, String(kept['eff_ts'])], plan, decorator);
        expect(again).toEqual({ fields, inputs });
      },
    ),
    { numRuns: 1000 },
  );
});

it('every decorator of a permit owns its fields, and has invalid readings noted', () => {
  const noted: unknown[][] = [];
  const decorators = permitDecorators(
    { of: () => ({ parameters, policy: POLICY }) },
    { note: (...what) => noted.push(what) },
  );
  const fields = decorators.flatMap(({ neutral }) => Object.keys(neutral));
  expect(new Set(fields).size).toBe(fields.length);
  const values = ['np.float64(0.2)', '0.9', String(NOW)];
  decorators[0]?.annotate({ plan: planOf(), nowSec: NOW, values: [{ readable: true, value: values }] });
  expect(noted).toEqual([['invalid_eff', 'BTC:PERP', ['efficiency_score', 'confidence', 'ts'], values]]);
});
