import type { HintParameters, ProposalParameters } from '@quantum/efficiency-policy';
import type { GateMode } from '@quantum/redis-schemas';
import { DEFAULT_LIMITS, GATE_NAMES, type GateName, type GateSettings } from '@quantum/risk-gates';

const assessment = { minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600 };

const proposer: ProposalParameters = {
  ...assessment,
  base: 1,
  scale: 1,
  minMultiplier: 0.5,
  maxMultiplier: 1.5,
  smoothingHalflifeSec: 0,
};
const hint: HintParameters = {
  ...assessment,
  downsizeThreshold: 0.45,
  minFactor: 0.25,
  maxExtraCooldownSec: 120,
  hintCloses: false,
};
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

/** The services' defaults with every gate enforced, under hashes that are made up. */
export const policy = {
  proposer,
  governor: { ...gates, applyMode: 'testnet' as const, hint },
  hashes: { proposal: 'aaaaaaaaaaaa', hint: 'bbbbbbbbbbbb', limits: 'eeeeeeeeeeee' },
};
