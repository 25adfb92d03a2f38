import { defineConfig, metricsPort, oneOf, redisCrossChecks, sharedVariables, type Config } from '@quantum/service-kit';
import { governorVariables } from './governor-variables.js';
import { planChecks, planWarnings } from './plan-checks.js';

const { P31_DOWNSIZE_THRESHOLD, P31_MIN_FACTOR, P31_MAX_EXTRA_COOLDOWN_SEC, P31_EFF_TTL_SEC, P31_HINT_CLOSES } =
  governorVariables;
const { P31_POLICY_FILE, GOV_PLAN_MAX_AGE_SEC, GOV_CLAIM_IDLE_SEC, STREAM_PLANS } = governorVariables;

/** Everything that permit-annotator reads from its environment. */
export const annotatorDefinition = defineConfig(
  {
    ...sharedVariables,
    GOVERNOR_ROLE: oneOf(['annotate'], {
      property: 'role',
      describe: 'Always annotate: in an earlier release a governor does this work, and without it would issue permits',
      default: 'annotate',
    }),
    ...{ P31_DOWNSIZE_THRESHOLD, P31_MIN_FACTOR, P31_MAX_EXTRA_COOLDOWN_SEC, P31_EFF_TTL_SEC, P31_HINT_CLOSES },
    ...{ P31_POLICY_FILE, GOV_PLAN_MAX_AGE_SEC, GOV_CLAIM_IDLE_SEC, STREAM_PLANS },
    ...metricsPort('8046'),
  },
  { crossChecks: [...redisCrossChecks, ...planChecks], warnings: planWarnings },
);

/** What an annotator's work reads of its configuration; a governor's in the role `annotate` has it too. */
export type AnnotatorConfig = Omit<Config<typeof annotatorDefinition>, 'role'>;
