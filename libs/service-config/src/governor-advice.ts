import { ENTRY_GATES, WINDOW_GATES } from '@quantum/risk-gates';
import type { GateName } from '@quantum/redis-schemas';
import type { CrossCheck } from '@quantum/service-kit';
import type { governorVariables } from './governor-variables.js';

type Rule = CrossCheck<typeof governorVariables>;

/** Entries pending for less than this are mostly still in work, seconds. */
const LEAST_CLAIM_IDLE_SEC = 1;

/** The kill switch is enforced whatever its mode says, so it has a warning of its own. */
const SAFETY_GATES = [...ENTRY_GATES, ...WINDOW_GATES].map(({ name }) => name).filter((name) => name !== 'kill_switch');

const gateVariable = <N extends GateName>(name: N) => `GOV_GATE_${name.toUpperCase() as Uppercase<N>}` as const;

/** Production refuses nothing here: a gate may have to be taken out in an incident, but not unnoticed. */
const enforcedInProduction = (name: GateName): Rule => ({
  variables: ['GOVERNOR_ROLE', 'APPLY_MODE', gateVariable(name)],
  holds: (config) =>
    config.role !== 'issue' || config.applyMode !== 'production' || config[`gate:${name}`] === 'enforce',
  requirement: `production runs without the safety gate ${name}; set ${gateVariable(name)}=enforce`,
});

/** What is allowed, but dangerous or probably not meant. */
export const governorWarnings: readonly Rule[] = [
  {
    variables: ['GOVERNOR_ROLE', 'APPLY_MODE'],
    holds: ({ role, applyMode }) => role !== 'issue' || applyMode !== 'dry_run',
    requirement:
      'dry_run issues a permit for every plan unless the kill switch is on; a reader of the permits executes them',
  },
  ...SAFETY_GATES.map(enforcedInProduction),
  {
    variables: ['GOV_GATE_KILL_SWITCH'],
    holds: (config) => config['gate:kill_switch'] === 'enforce',
    requirement: 'the gate kill_switch is enforced anyway; set GOV_GATE_KILL_SWITCH=enforce',
  },
  {
    variables: ['GOV_MAX_EXEC_PER_5MIN', 'GOV_MAX_EXEC_PER_HOUR'],
    holds: ({ maxExecPer5Min, maxExecPerHour }) => maxExecPer5Min <= maxExecPerHour,
    requirement: 'GOV_MAX_EXEC_PER_5MIN is above GOV_MAX_EXEC_PER_HOUR, so burst_rate never refuses',
  },
  {
    variables: ['GOV_CLAIM_IDLE_SEC'],
    holds: ({ claimIdleSec }) => claimIdleSec >= LEAST_CLAIM_IDLE_SEC,
    requirement: 'replicas claim entries from each other that are still in work; set GOV_CLAIM_IDLE_SEC to 1 or more',
  },
];

/** What follows from values that are usual, the defaults among them. */
export const governorNotes: readonly Rule[] = [
  {
    variables: ['GOV_MAX_DELIVERIES', 'GOV_CLAIM_IDLE_SEC', 'GOV_PLAN_MAX_AGE_SEC'],
    holds: ({ maxDeliveries, claimIdleSec, planMaxAgeSec }) => maxDeliveries * claimIdleSec >= planMaxAgeSec,
    requirement:
      'an entry that ends the process GOV_MAX_DELIVERIES times is dead-lettered before it reaches GOV_PLAN_MAX_AGE_SEC',
  },
];
