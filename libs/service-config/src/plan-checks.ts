import { lostPlansKey, STREAMS } from '@quantum/redis-schemas';
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
    holds: ({ plansStreams }) => plansStreams.every((name) => isFreeStreamName(name, STREAMS.plans)),
    requirement: 'STREAM_PLANS must not name another key or stream',
  },
  {
    variables: ['STREAM_PLANS'],
    holds: ({ plansStreams }) => new Set(plansStreams.map(lostPlansKey)).size === plansStreams.length,
    requirement: 'no two streams of STREAM_PLANS may have the same hash tag: their lost plans are counted by it',
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
