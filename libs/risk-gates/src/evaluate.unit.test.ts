import { describe, expect, it } from '@jest/globals';
import { timeAround, uniform, usd } from '@quantum/generators';
import { APPLY_MODES, GATE_MODES } from '@quantum/redis-schemas';
import fc from 'fast-check';
import {
  ALLOCATION_TARGETS,
  ADVISORY_GATES,
  effectiveModes,
  ENTRY_GATES,
  evaluateGates,
  GATE_FIELDS,
  GATE_LIMITS,
  GATE_NAMES,
  GATES,
  joinOutcomes,
  WINDOW_GATES,
  type CommonInput,
  type Gate,
  type GateFields,
  type GateInput,
  type GateLimits,
  type GateModes,
  type GateName,
  type OwnLimits,
} from './index.js';

const NOW = 1700000000;
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 });
const read = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 6, arbitrary: value.map((v) => ({ readable: true as const, value: v })) },
    { weight: 1, arbitrary: fc.constant({ readable: false as const }) },
  );
const amount = (max: number) =>
  fc.oneof({ weight: 4, arbitrary: usd(max) }, { weight: 1, arbitrary: fc.constantFrom(0, Number.MAX_VALUE) });
const near = fc.oneof(
  { weight: 4, arbitrary: timeAround(NOW, 400, 10) },
  { weight: 1, arbitrary: fc.constantFrom(NOW, 0, 1e308, -1e308) },
);
const count = fc.integer({ min: 0, max: 5 });
const effective = fc.record({ baseUsd: amount(1000), multiplier: uniform(0, 2), why: fc.constant('ok'), targetUsd: amount(1000) }); // prettier-ignore

const common: fc.Arbitrary<CommonInput> = fc.record({
  nowSec: fc.constant(NOW),
  submittedSec: near,
  serverSec: fc.integer({ min: NOW - 400, max: NOW + 400 }),
  timestampSec: maybe(near),
  closing: fc.boolean(),
  priceUsd: maybe(fc.integer({ min: 1, max: 200 })),
  notionalUsd: maybe(amount(4000)),
  killSwitchOn: read(fc.boolean()),
  disarmed: read(fc.boolean()),
  window: read(fc.record({ lastExecSec: maybe(near), hourCount: count, burstCount: count })),
  dayNotionalUsd: read(amount(6000)),
  budget: read(fc.record({ enforce: fc.boolean(), tsSec: maybe(near) })),
  violationSec: read(maybe(near)),
  allocation: read(
    fc.oneof(
      fc.record({ enforce: fc.boolean(), tsSec: maybe(near), targetUsd: maybe(amount(1000)) }),
      fc.record({ enforce: fc.boolean(), tsSec: near, targetUsd: amount(1000), effective }),
    ),
  ),
  position: read(
    fc.record({
      amount: maybe(fc.oneof(fc.constantFrom(0, -1e308), uniform(-9, 9))),
      markPriceUsd: maybe(amount(99)),
      tsSec: maybe(near),
    }),
  ),
  side: fc.constantFrom('buy', 'sell', undefined),
  inFlightUsd: maybe(fc.oneof(fc.constantFrom(0, 1e308, -1e308), fc.integer({ min: -4000, max: 4000 }))),
});
const field = maybe(fc.oneof(uniform(0, 1), amount(100), fc.constant('unreadable' as const)));
const fields = fc.record<GateFields>(
  Object.fromEntries(GATE_FIELDS.map(([property]) => [property, field])) as {
    [P in keyof GateFields]: fc.Arbitrary<GateFields[P]>;
  },
);
const inputs: fc.Arbitrary<GateInput> = fc.tuple(common, fields).map(([own, declared]) => ({ ...own, ...declared }));
/** The declared limits: their default, or anything else that is allowed, often small. */
const ownLimits = fc.record(
  Object.fromEntries(
    GATE_LIMITS.map(([property, { kind, default: value, min = 0, max = 6000 }]) => [
      property,
      kind === 'boolean'
        ? fc.boolean()
        : fc.oneof(
            fc.constant(value),
            fc.integer({ min: Math.ceil(min), max: Math.min(5, Math.floor(max)) }),
            uniform(min, max),
          ),
    ]),
  ),
) as unknown as fc.Arbitrary<OwnLimits>;
const commonLimits = fc.record({
  refuseMissingKillScore: fc.boolean(),
  refuseUnknownNotional: fc.boolean(),
  countCloses: fc.boolean(),
  allocationTarget: fc.constantFrom(...ALLOCATION_TARGETS),
  maxFutureSec: fc.constantFrom(0, 60),
});
const limitSets: fc.Arbitrary<GateLimits> = fc
  .tuple(ownLimits, commonLimits)
  .map(([own, shared]) => ({ ...own, ...shared }));
const modeSets = fc.record(
  Object.fromEntries(GATE_NAMES.map((name) => [name, fc.constantFrom(...GATE_MODES)])),
) as unknown as fc.Arbitrary<GateModes>;
const alter = (modes: GateModes, from: string, to: 'enforce' | 'shadow' | 'off') =>
  Object.fromEntries(Object.entries(modes).map(([name, mode]) => [name, mode === from ? to : mode])) as GateModes;

describe('for all inputs, limits and modes', () => {
  const runs = { numRuns: 1000 };

  it('the first enforced refusal is the reason, each gate is evaluated alone, and every number survives JSON', () => {
    fc.assert(
      fc.property(inputs, limitSets, modeSets, (input, limits, modes) => {
        const asked = GATES.filter((g) => modes[g.name] !== 'off' && !(g.appliesTo === 'opens' && input.closing));
        const answers = asked.map((g) => ({ gate: g.name, mode: modes[g.name], verdict: g.evaluate(input, limits) }));
        const first = answers.findIndex(({ mode, verdict }) => mode === 'enforce' && verdict.refused);
        const heard = first < 0 ? answers : answers.slice(0, first + 1);
        const outcome = evaluateGates(GATES, Object.freeze(input), limits, modes);
        expect(outcome.verdicts).toEqual(heard);
        expect(outcome.refusal?.gate).toBe(answers[first]?.gate);
        expect(outcome.wouldBlock).toEqual(
          heard.filter(({ mode, verdict }) => mode === 'shadow' && verdict.refused).map(({ gate }) => gate),
        );
        expect(JSON.parse(JSON.stringify(outcome))).toEqual(JSON.parse(JSON.stringify(outcome, finite)));
        expect(evaluateGates(GATES, input, limits, modes)).toEqual(outcome);
      }),
      runs,
    );
  });

  it('a shadow gate changes nothing: without it the refusal has the same reason and numbers', () => {
    fc.assert(
      fc.property(inputs, limitSets, modeSets, (input, limits, modes) => {
        const live = evaluateGates(GATES, input, limits, modes);
        const bare = evaluateGates(GATES, input, limits, alter(modes, 'shadow', 'off'));
        expect(bare.refusal).toEqual(live.refusal);
        expect(bare.verdicts).toEqual(live.verdicts.filter(({ mode }) => mode === 'enforce'));
      }),
      runs,
    );
  });

  it('a gate gives the same verdict in shadow and enforced', () => {
    fc.assert(
      fc.property(inputs, limitSets, fc.constantFrom(...GATE_NAMES), (input, limits, name) => {
        const off = Object.fromEntries(GATE_NAMES.map((gate) => [gate, 'off'])) as Record<GateName, 'off'>;
        const enforced = evaluateGates(GATES, input, limits, { ...off, [name]: 'enforce' });
        const shadow = evaluateGates(GATES, input, limits, { ...off, [name]: 'shadow' });
        expect(shadow.wouldBlock).toEqual(enforced.refusal ? [name] : []);
        expect(shadow.verdicts.map(({ verdict }) => verdict)).toEqual(enforced.verdicts.map(({ verdict }) => verdict));
      }),
      runs,
    );
  });

  it('only the kill switch and plan age stop a closing plan', () => {
    fc.assert(
      fc.property(inputs, limitSets, modeSets, (input, limits, modes) => {
        const { refusal, wouldBlock } = evaluateGates(GATES, { ...input, closing: true }, limits, modes);
        expect(['kill_switch', 'plan_age', undefined]).toContain(refusal?.gate);
        expect(['kill_switch', 'plan_age']).toEqual(expect.arrayContaining([...wouldBlock]));
      }),
      runs,
    );
  });

  it('in dry_run only the kill switch refuses, as in production', () => {
    fc.assert(
      fc.property(inputs, limitSets, modeSets, (input, limits, modes) => {
        const dry = evaluateGates(GATES, input, limits, effectiveModes(modes, 'dry_run')).refusal;
        const live = evaluateGates(GATES, input, limits, effectiveModes(modes, 'production')).refusal;
        expect(dry).toEqual(live?.gate === 'kill_switch' ? live : undefined);
      }),
      runs,
    );
  });

  it('lists evaluated one after the other give the verdict of all gates at once', () => {
    fc.assert(
      fc.property(inputs, limitSets, modeSets, (input, limits, modes) => {
        const lists: readonly (readonly Gate[])[] = [ENTRY_GATES, WINDOW_GATES, ADVISORY_GATES];
        const rows = lists.map((g) => evaluateGates(g, input, limits, modes));
        expect(joinOutcomes(...rows)).toEqual(evaluateGates(GATES, input, limits, modes));
      }),
      runs,
    );
  });
});

/** Reveals the values that JSON would silently turn into null. */
const finite = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? `lost: ${value}` : value;

it.each(APPLY_MODES)('modes in force in %s: off stays off, the kill switch is always enforced', (applyMode) => {
  fc.assert(
    fc.property(modeSets, (modes) => {
      const inForce = effectiveModes(modes, applyMode);
      const expected = applyMode === 'dry_run' ? alter(modes, 'enforce', 'shadow') : modes;
      expect(inForce).toEqual({ ...expected, kill_switch: 'enforce' });
    }),
  );
});
