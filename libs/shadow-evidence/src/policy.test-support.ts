import { GATE_NAMES, type GateMode, type GateName } from '@quantum/redis-schemas';
import type { Policy } from './policy.js';

const assessment = { minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600 };

/** The services' defaults, under hashes that are made up. */
export const policy: Policy = {
  proposer: { ...assessment, base: 1, scale: 1, minMultiplier: 0.5, maxMultiplier: 1.5, smoothingHalflifeSec: 0 },
  governor: {
    limits: {
      killSwitchAllowsCloses: false,
      planMaxAgeSec: 60,
      killScoreCritical: 0.8,
      refuseMissingKillScore: false,
      symbolCooldownSec: 60,
      maxExecPerHour: 3,
      maxExecPer5Min: 2,
      maxNotionalPerDayUsd: 5000,
      refuseUnknownNotional: false,
      countCloses: false,
      priceBand: 0.5,
      maxFutureSec: 60,
    },
    modes: Object.fromEntries(GATE_NAMES.map((name) => [name, 'enforce'])) as Record<GateName, GateMode>,
    applyMode: 'testnet',
    hint: { ...assessment, downsizeThreshold: 0.45, minFactor: 0.25, maxExtraCooldownSec: 120, hintCloses: false },
  },
  hashes: { proposal: 'aaaaaaaaaaaa', hint: 'bbbbbbbbbbbb' },
};
