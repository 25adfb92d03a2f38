import type { DecisionPolicy } from '@quantum/decisions';
import type { HintParameters, PolicyBook } from '@quantum/efficiency-policy';
import { DECORATORS, efficiencyHint } from '@quantum/permit-decorators';
import { gateSettings, nameLimits } from '@quantum/policy';
import type { GovernorConfig } from '@quantum/service-config';
import { EFFICIENCY_FIELDS } from '@quantum/redis-schemas';
import type { InvalidReadings } from '@quantum/service-kit';

export { governorDefinition, type GovernorConfig } from '@quantum/service-config';

/** What decides. */
export const decisionPolicy = (
  config: GovernorConfig,
  hints: PolicyBook<HintParameters>,
  invalidReadings?: InvalidReadings,
): DecisionPolicy => ({
  ...gateSettings(config),
  limitsHash: nameLimits(gateSettings(config)).hash,
  applyMode: config.applyMode,
  decorators: [
    efficiencyHint(hints, (symbol, values) => {
      invalidReadings?.note('invalid_eff', symbol, EFFICIENCY_FIELDS, values);
    }),
    ...DECORATORS,
  ],
});
