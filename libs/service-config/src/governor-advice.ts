import { HALT_KEY, KILL_KEY } from '@quantum/redis-schemas';
import { BURST_WINDOW_SEC, ENTRY_GATES, WINDOW_GATES, type GateName } from '@quantum/risk-gates';
import type { CrossCheck } from '@quantum/service-kit';
import type { governorVariables } from './governor-variables.js';
import { planWarnings } from './plan-checks.js';
import { hasEveryKillSwitch } from './stream-names.js';

type Rule = CrossCheck<typeof governorVariables>;
type GovernorValues = Parameters<Rule['holds']>[0];

/** USD a symbol and day, opens a symbol and hour: beyond these a limit of production hardly limits. */
const MOST_NOTIONAL_USD = 100_000_000;
const MOST_PER_HOUR = 3600;

/** The kill switch is enforced whatever its mode says, so it has a warning of its own. */
const SAFETY_GATES = [...ENTRY_GATES, ...WINDOW_GATES].map(({ name }) => name).filter((name) => name !== 'kill_switch');

const gateVariable = <N extends GateName>(name: N) => `GOV_GATE_${name.toUpperCase() as Uppercase<N>}` as const;

const issuesInProduction = ({ role, applyMode }: GovernorValues): boolean =>
  role === 'issue' && applyMode === 'production';

/** Production refuses nothing here: a gate may have to be taken out in an incident, but not unnoticed. */
const enforcedInProduction = (name: GateName): Rule => ({
  variables: ['GOVERNOR_ROLE', 'APPLY_MODE', gateVariable(name)],
  holds: (config) => !issuesInProduction(config) || config[`gate:${name}`] === 'enforce',
  requirement: `production runs without the safety gate ${name}; set ${gateVariable(name)}=enforce`,
});

/** Whether hourly_rate refuses whatever burst_rate would refuse: it is asked before. */
const hourlyRateIsFirst = (config: GovernorValues): boolean =>
  config['gate:hourly_rate'] === 'enforce' && config.maxExecPer5Min >= config.maxExecPerHour;

/** Whether the cooldown lets so few opens pass that burst_rate never has enough to refuse one. */
const cooldownIsFirst = (config: GovernorValues): boolean =>
  config['gate:symbol_cooldown'] === 'enforce' &&
  !config.countCloses &&
  config.maxExecPer5Min * config.symbolCooldownSec >= BURST_WINDOW_SEC;

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
    variables: ['GOV_KILL_KEYS'],
    holds: ({ killKeys }) => hasEveryKillSwitch(killKeys),
    requirement: `the kill switch does not read ${KILL_KEY} or ${HALT_KEY}, which operators and the lockdown guard set; name both`,
  },
  {
    variables: ['GOVERNOR_ROLE', 'APPLY_MODE', 'GOV_MAX_NOTIONAL_PER_DAY_USD'],
    holds: (config) => !issuesInProduction(config) || config.maxNotionalPerDayUsd <= MOST_NOTIONAL_USD,
    requirement:
      'production runs with practically no daily limit; set GOV_MAX_NOTIONAL_PER_DAY_USD to 100000000 or less',
  },
  {
    variables: ['GOVERNOR_ROLE', 'APPLY_MODE', 'GOV_MAX_EXEC_PER_HOUR'],
    holds: (config) => !issuesInProduction(config) || config.maxExecPerHour <= MOST_PER_HOUR,
    requirement: 'production runs with practically no hourly limit; set GOV_MAX_EXEC_PER_HOUR to 3600 or less',
  },
  {
    variables: ['GOV_ALLOCATION_TARGET', 'GOV_GATE_ALLOCATION_CAP'],
    holds: (config) => config.allocationTarget === 'live' || config['gate:allocation_cap'] !== 'off',
    requirement: 'no gate takes the effective target; set GOV_GATE_ALLOCATION_CAP to enforce or shadow',
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
  ...planWarnings,
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
