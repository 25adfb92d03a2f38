import { GATE_NAMES, type GateMode, type GateName } from '@quantum/redis-schemas';
import { effectiveModes, type GateLimits, type GateModes } from '@quantum/risk-gates';
import type { GovernorConfig } from '@quantum/service-config';

/** The limits of the gates. */
export const gateLimits = (config: GovernorConfig): GateLimits => ({
  killSwitchAllowsCloses: config.killSwitchAllowsCloses,
  planMaxAgeSec: config.planMaxAgeSec,
  killScoreCritical: config.killScoreCritical,
  refuseMissingKillScore: config.killScoreMissing === 'refuse',
  symbolCooldownSec: config.symbolCooldownSec,
  maxExecPerHour: config.maxExecPerHour,
  maxExecPer5Min: config.maxExecPer5Min,
  maxNotionalPerDayUsd: config.maxNotionalPerDayUsd,
  refuseUnknownNotional: config.applyMode === 'production',
  countCloses: config.countCloses,
  priceBand: config.priceBand,
  maxFutureSec: config.maxFutureSec,
});

/** The gate modes in force. */
export const gateModes = (config: GovernorConfig): GateModes =>
  effectiveModes(
    Object.fromEntries(GATE_NAMES.map((name) => [name, config[`gate:${name}`]])) as Record<GateName, GateMode>,
    config.applyMode,
  );
