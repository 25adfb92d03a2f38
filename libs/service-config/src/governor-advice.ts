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

/** Seconds in which burst_rate counts. */
const BURST_SEC = 300;

type GovernorValues = Parameters<Rule['holds']>[0];

/** Whether hourly_rate refuses whatever burst_rate would refuse: it is asked before. */
const hourlyRateIsFirst = (config: GovernorValues): boolean =>
  config['gate:hourly_rate'] === 'enforce' && config.maxExecPer5Min >= config.maxExecPerHour;

/** Whether the cooldown lets so few opens pass that burst_rate never has enough to refuse one. */
const cooldownIsFirst = (config: GovernorValues): boolean =>
  config['gate:symbol_cooldown'] === 'enforce' &&
  !config.countCloses &&
  config.maxExecPer5Min * config.symbolCooldownSec >= BURST_SEC;

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
    variables: ['GOV_MAX_EXEC_PER_5MIN', 'GOV_MAX_EXEC_PER_HOUR', 'GOV_GATE_HOURLY_RATE'],
    holds: (config) => !hourlyRateIsFirst(config),
    requirement:
      'GOV_MAX_EXEC_PER_5MIN is not below GOV_MAX_EXEC_PER_HOUR, so hourly_rate is always first and burst_rate never refuses',
  },
  {
    variables: [
      'GOV_DISARM_ON_BURST_BREACH',
      'GOV_GATE_BURST_RATE',
      'GOV_MAX_EXEC_PER_5MIN',
      'GOV_MAX_EXEC_PER_HOUR',
      'GOV_GATE_HOURLY_RATE',
      'GOV_SYMBOL_COOLDOWN_SECONDS',
      'GOV_GATE_SYMBOL_COOLDOWN',
      'GOV_COUNT_CLOSES',
    ],
    holds: (config) =>
      !config.disarmOnBurstBreach ||
      (config['gate:burst_rate'] === 'enforce' && !hourlyRateIsFirst(config) && !cooldownIsFirst(config)),
    requirement:
      'burst_rate is never the reason of a refusal, so the disarm latch is never set; set GOV_GATE_BURST_RATE=enforce, ' +
      'GOV_MAX_EXEC_PER_5MIN below GOV_MAX_EXEC_PER_HOUR, and GOV_SYMBOL_COOLDOWN_SECONDS below 300 / GOV_MAX_EXEC_PER_5MIN',
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
