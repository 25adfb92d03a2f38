import { STREAMS } from '@quantum/redis-schemas';
import type { CrossCheck } from '@quantum/service-kit';
import type { governorVariables } from './governor-variables.js';
import { isFreeStreamName } from './stream-names.js';

/** A rule between variables of everything that serves plans. */
type Rule = CrossCheck<Pick<typeof governorVariables, 'GOV_CLAIM_IDLE_SEC' | 'GOV_PLAN_MAX_AGE_SEC' | 'STREAM_PLANS'>>;

/** Entries pending for less than this are mostly still in work, seconds. */
const LEAST_CLAIM_IDLE_SEC = 1;

/** Rules of everything that serves plans. */
export const planChecks: readonly Rule[] = [
  {
    variables: ['GOV_CLAIM_IDLE_SEC', 'GOV_PLAN_MAX_AGE_SEC'],
    holds: ({ claimIdleSec, planMaxAgeSec }) => claimIdleSec <= planMaxAgeSec / 3,
    requirement: 'GOV_CLAIM_IDLE_SEC must be at most a third of GOV_PLAN_MAX_AGE_SEC',
  },
  {
    variables: ['STREAM_PLANS'],
    holds: ({ plansStream }) => isFreeStreamName(plansStream, STREAMS.plans),
    requirement: 'STREAM_PLANS must not be the name of another key or stream',
  },
];

/** What is allowed, but probably not meant. */
export const planWarnings: readonly Rule[] = [
  {
    variables: ['GOV_CLAIM_IDLE_SEC'],
    holds: ({ claimIdleSec }) => claimIdleSec >= LEAST_CLAIM_IDLE_SEC,
    requirement: 'replicas claim entries from each other that are still in work; set GOV_CLAIM_IDLE_SEC to 1 or more',
  },
];
