import type { DecisionSettings } from '@quantum/decisions';
import type { HintParameters, PolicyBook } from '@quantum/efficiency-policy';
import { permitDecorators } from '@quantum/permit-decorators';
import { gateSettings, nameLimits } from '@quantum/policy';
import type { GovernorConfig } from '@quantum/service-config';
import type { InvalidReadings } from '@quantum/service-kit';

export { governorDefinition, type GovernorConfig } from '@quantum/service-config';

/** What decides. */
export const decisionSettings = (
  config: GovernorConfig,
  hints: PolicyBook<HintParameters>,
  invalidReadings?: InvalidReadings,
): DecisionSettings => ({
  ...gateSettings(config),
  limitsHash: nameLimits(gateSettings(config)).hash,
  applyMode: config.applyMode,
  decorators: permitDecorators(hints, invalidReadings),
});
