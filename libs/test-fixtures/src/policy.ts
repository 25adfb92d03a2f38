import type { GateMode } from '@quantum/redis-schemas';
import { DEFAULT_LIMITS, GATE_NAMES, type AllocationTarget, type GateName } from '@quantum/risk-gates';

const ASSESSMENT = { minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600 };

const LIMITS = {
  ...DEFAULT_LIMITS,
  refuseMissingKillScore: false,
  allocationTarget: 'live' as AllocationTarget,
  refuseUnknownNotional: false,
  countCloses: false,
  maxFutureSec: 60,
};

/** The limits of the gates by default, outside production. */
export const someLimits = (over: Partial<typeof LIMITS> = {}): typeof LIMITS => ({ ...LIMITS, ...over });

/** Every gate in this mode. */
export const everyGate = (mode: GateMode): Record<GateName, GateMode> =>
  Object.fromEntries(GATE_NAMES.map((name) => [name, mode])) as Record<GateName, GateMode>;

/** What both steps decide by: the defaults with every gate enforced, under hashes that are made up. */
export const SOME_POLICY = {
  proposer: { ...ASSESSMENT, base: 1, scale: 1, minMultiplier: 0.5, maxMultiplier: 1.5, smoothingHalflifeSec: 0 },
  governor: {
    limits: someLimits(),
    modes: everyGate('enforce'),
    applyMode: 'testnet' as const,
    hint: { ...ASSESSMENT, downsizeThreshold: 0.45, minFactor: 0.25, maxExtraCooldownSec: 120, hintCloses: false },
  },
  hashes: { proposal: 'aaaaaaaaaaaa', hint: 'bbbbbbbbbbbb', limits: 'eeeeeeeeeeee' },
};
