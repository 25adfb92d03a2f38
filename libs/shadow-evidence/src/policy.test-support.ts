import type { GateMode } from '@quantum/redis-schemas';
import { DEFAULT_LIMITS, GATE_NAMES, type GateName, type GateSettings } from '@quantum/risk-gates';
import type { Policy } from './policy.js';

const assessment = { minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600 };

const gates: GateSettings = {
  limits: {
    ...DEFAULT_LIMITS,
    refuseMissingKillScore: false,
    refuseUnknownNotional: false,
    countCloses: false,
    maxFutureSec: 60,
  },
  modes: Object.fromEntries(GATE_NAMES.map((name) => [name, 'enforce'])) as Record<GateName, GateMode>,
};

/** The services' defaults, under hashes that are made up. */
export const policy: Policy = {
  proposer: { ...assessment, base: 1, scale: 1, minMultiplier: 0.5, maxMultiplier: 1.5, smoothingHalflifeSec: 0 },
  governor: {
    ...gates,
    applyMode: 'testnet',
    hint: { ...assessment, downsizeThreshold: 0.45, minFactor: 0.25, maxExtraCooldownSec: 120, hintCloses: false },
  },
  hashes: { proposal: 'aaaaaaaaaaaa', hint: 'bbbbbbbbbbbb', limits: 'eeeeeeeeeeee' },
  // As if there were this one limit; of other names nobody knows.
  settingsOf: ({ GOV_MAX_EXEC_PER_5MIN: maxExecPer5Min, ...others }) =>
    typeof maxExecPer5Min === 'number' && Object.keys(others).length === 0
      ? { ...gates, limits: { ...gates.limits, maxExecPer5Min } }
      : undefined,
};
