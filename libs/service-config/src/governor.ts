import { defineConfig, redisCrossChecks, type Config } from '@quantum/service-kit';
import { governorVariables } from './governor-variables.js';
import { namesOf } from './names.js';
import { proposerVariables } from './proposer-variables.js';

/** Everything that governor-plugin reads from its environment. */
export const governorDefinition = defineConfig(governorVariables, {
  crossChecks: [
    ...redisCrossChecks,
    {
      variables: ['GOV_CLAIM_IDLE_SEC', 'GOV_PLAN_MAX_AGE_SEC'],
      holds: ({ claimIdleSec, planMaxAgeSec }) => claimIdleSec <= planMaxAgeSec / 3,
      requirement: 'GOV_CLAIM_IDLE_SEC must be at most a third of GOV_PLAN_MAX_AGE_SEC',
    },
  ],
  alsoKnown: namesOf(proposerVariables),
});

/** The governor's configuration. */
export type GovernorConfig = Config<typeof governorDefinition>;
