import type { GateMode } from '@quantum/redis-schemas';
import {
  effectiveModes,
  GATE_LIMITS,
  GATE_NAMES,
  type GateLimits,
  type GateModes,
  type GateName,
  type OwnLimits,
} from '@quantum/risk-gates';
import type { GovernorConfig } from '@quantum/service-config';

/** The limits of the gates: those that they declare, and those that follow from other variables. */
export const gateLimits = (config: GovernorConfig): GateLimits => ({
  ...(Object.fromEntries(GATE_LIMITS.map(([property]) => [property, config[property]])) as unknown as OwnLimits),
  refuseMissingKillScore: config.killScoreMissing === 'refuse',
  refuseUnknownNotional: config.applyMode === 'production',
  countCloses: config.countCloses,
  allocationTarget: config.allocationTarget,
  maxFutureSec: config.maxFutureSec,
});

/** The gate modes in force. */
export const gateModes = (config: GovernorConfig): GateModes =>
  effectiveModes(
    Object.fromEntries(GATE_NAMES.map((name) => [name, config[`gate:${name}`]])) as Record<GateName, GateMode>,
    config.applyMode,
  );
