import type { DecisionPolicy } from '@quantum/decisions';
import type { HintParameters, PolicyBook } from '@quantum/efficiency-policy';
import { efficiencyHint } from '@quantum/permit-decorators';
import { gateSettings, hintStep, loadPolicy, nameLimits } from '@quantum/policy';
import { governorDefinition, type GovernorConfig } from '@quantum/service-config';
import { EFFICIENCY_FIELDS } from '@quantum/redis-schemas';
import { loadConfig, type Environment, type InvalidReadings } from '@quantum/service-kit';

export { governorDefinition, type GovernorConfig } from '@quantum/service-config';

/** Reads the environment and the policy file that it names, as the service does. @throws ConfigError */
export function checkGovernorConfig(env: Environment): { warnings: readonly string[]; notes: readonly string[] } {
  const loaded = loadConfig(governorDefinition, env);
  loadPolicy(loaded.config.policyFile, hintStep(loaded.config));
  return loaded;
}

/** What decides. Another team's decorator joins the list here, and nowhere else. */
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
  ],
});
