import { MULTIPLIER_VERDICTS } from '@quantum/effective-target';
import { finite, multiplier, timeAround, usd } from '@quantum/generators';
import { efficiencyHint } from '@quantum/permit-decorators';
import fc from 'fast-check';
import { aPlan, SOME_POLICY as defaults } from '@quantum/test-fixtures';
import { candidateOf, type Candidate, type PlanState, type WindowState } from './candidate.js';
import type { DecisionSettings } from './decide.js';
import { effectiveAllocation } from './effective-allocation.js';

const { hint, ...settings } = defaults.governor;
export const POLICY: DecisionSettings = {
  ...settings,
  limitsHash: defaults.hashes.limits,
  decorators: [efficiencyHint({ of: () => ({ parameters: hint, policy: defaults.hashes.hint }) })],
};
export const NOW_SEC = 1000.5;
export const STATE: PlanState = {
  deadlineMs: { symbol: 0, record: 0 },
  serverSec: 1000.375,
  killSwitchOn: { readable: true, value: false },
  disarmed: { readable: true, value: false },
  lastExecSec: { readable: true, value: undefined },
  budget: { readable: true, value: { enforce: false, tsSec: undefined } },
  violationSec: { readable: true, value: undefined },
  allocation: { readable: true, value: { enforce: false, tsSec: undefined, targetUsd: undefined } },
  position: { readable: true, value: { amount: 0, markPriceUsd: undefined, tsSec: undefined } },
  decorations: [[{ readable: true, value: ['0.2', '0.9', '1000'] }]],
};
export const ON = { readable: true, value: true } as const;
export const UNREADABLE = { readable: false } as const;
export const WINDOWS: WindowState = {
  window: { readable: true, value: { lastExecSec: 900, hourCount: 1, burstCount: 1 } },
  dayNotionalUsd: { readable: true, value: 100 },
  inFlightUsd: undefined,
};

export const candidate = (
  state: Partial<PlanState> = {},
  closing = false,
  fields: Record<string, string> = {},
): Candidate =>
  candidateOf(
    { entry: { id: '1000250-0', fields: [], deliveries: 1 }, plan: aPlan({ reduceOnly: String(closing), ...fields }) },
    { ...STATE, ...state },
    NOW_SEC,
    POLICY.limits,
  );

const effective = fc
  .tuple(usd(), multiplier, fc.constantFrom(...MULTIPLIER_VERDICTS))
  .map(([baseUsd, value, why]) => effectiveAllocation(baseUsd, { multiplier: value, why }));
const flag = fc.boolean().map((value) => ({ readable: true as const, value }));
// What parseNumber gives: never -0.
const number = fc.option(fc.oneof(finite, usd(), timeAround(NOW_SEC, 400, 100)), { nil: undefined });
const read = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value.map((v) => ({ readable: true as const, value: v })),
    fc.constant(UNREADABLE),
  );
export const anyState: fc.Arbitrary<PlanState> = fc.record({
  deadlineMs: fc.constant(STATE.deadlineMs),
  killSwitchOn: flag,
  disarmed: flag,
  lastExecSec: read(number),
  budget: read(fc.record({ enforce: fc.boolean(), tsSec: number })),
  serverSec: fc.integer({ min: 0, max: 2000 }),
  violationSec: read(number),
  allocation: read(
    fc.oneof(
      fc.record({ enforce: fc.boolean(), tsSec: number, targetUsd: number }),
      fc.record({ enforce: fc.boolean(), tsSec: number, targetUsd: usd(), effective }),
    ),
  ),
  position: read(
    fc.record({
      amount: number,
      markPriceUsd: number.map((x) => (x === undefined ? x : Math.abs(x))),
      tsSec: number,
    }),
  ),
  decorations: fc.constant(STATE.decorations),
});
export const anyWindows: fc.Arbitrary<WindowState> = fc.record({
  window: read(fc.record({ lastExecSec: number, hourCount: fc.nat(9), burstCount: fc.nat(9) })),
  dayNotionalUsd: read(usd(1e12)),
  inFlightUsd: number,
});
