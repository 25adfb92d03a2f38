import {
  DEFAULT_LIMITS,
  GATE_FIELDS,
  type CommonInput,
  type CommonLimits,
  type FieldValues,
  type GateFields,
  type GateInput,
  type GateLimits,
  type PlanFields,
} from './index.js';

export const NOW = 1700000000;
export const ok = <T>(value: T) => ({ readable: true, value }) as const;

export const common: CommonInput = {
  nowSec: NOW,
  submittedSec: NOW - 1,
  serverSec: NOW,
  timestampSec: undefined,
  closing: false,
  priceUsd: undefined,
  notionalUsd: 100,
  killSwitchOn: ok(false),
  disarmed: ok(false),
  window: ok({ lastExecSec: undefined, hourCount: 0, burstCount: 0 }),
  dayNotionalUsd: ok(0),
  budget: ok({ enforce: false, tsSec: undefined }),
  violationSec: ok(undefined),
  allocation: ok({ enforce: false, tsSec: undefined, targetUsd: undefined }),
  position: ok({ amount: 0, markPriceUsd: undefined, tsSec: undefined }),
  side: undefined,
  inFlightUsd: 0,
};
const noFields = Object.fromEntries(GATE_FIELDS.map(([property]) => [property, undefined])) as FieldValues<PlanFields>;

/** The input of an open that no gate refuses. Declared plan fields are absent, but for the kill score. */
export const calm: GateInput = { ...common, ...(noFields as GateFields), killScore: 0.1 };

export const commonLimits: CommonLimits = {
  refuseMissingKillScore: false,
  refuseUnknownNotional: true,
  countCloses: false,
  allocationTarget: 'live',
  maxFutureSec: 60,
};
/** The default limits, in production. */
export const limits: GateLimits = {
  ...DEFAULT_LIMITS,
  ...commonLimits,
};
