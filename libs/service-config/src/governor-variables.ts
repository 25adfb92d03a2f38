import { APPLY_MODES, GATE_MODES, HALT_KEY, KILL_KEY, STREAMS, type GateMode } from '@quantum/redis-schemas';
import {
  ALLOCATION_TARGETS,
  GATE_LIMITS,
  GATES,
  type GateLimit,
  type GateName,
  type LimitVariables,
} from '@quantum/risk-gates';
import {
  boolean,
  integer,
  list,
  number,
  oneOf,
  metricsPort,
  sharedVariables,
  text,
  type CommonOptions,
  type Range,
  type Variable,
} from '@quantum/service-kit';
import { DAY_SEC, WEEK_SEC, YEAR_SEC } from './durations.js';
import { policyFileVariable } from './policy-file.js';

type GateVariableName<N extends string> = `GOV_GATE_${Uppercase<N>}`;

/** One mode variable a gate: GOV_GATE_KILL_SCORE and so on. */
const gateVariables = Object.fromEntries(
  GATES.map(({ name, defaultMode }) => [
    `GOV_GATE_${name.toUpperCase()}`,
    oneOf(GATE_MODES, {
      property: `gate:${name}`,
      describe:
        name === 'kill_switch'
          ? 'Mode of the gate kill_switch, which is enforced whatever this says'
          : `Mode of the gate ${name}: refuse, only count, or do not ask`,
      default: defaultMode,
    }),
  ]),
) as { [N in GateName as GateVariableName<N>]: Variable<`gate:${N}`, GateMode> };

/** The kinds of limits. */
const KINDS: Readonly<Record<GateLimit['kind'], (options: CommonOptions & Range) => Variable>> = {
  number,
  integer,
  boolean,
};

/** The limits of the gates, as they declare them. */
const limitVariables = Object.fromEntries(
  GATE_LIMITS.map(([property, { variable, kind, default: value, ...options }]) => [
    variable,
    KINDS[kind]({ ...options, property, default: String(value) }),
  ]),
) as unknown as { [V in keyof LimitVariables]: Variable<LimitVariables[V]['property'], LimitVariables[V]['value']> };

export const governorVariables = {
  ...sharedVariables,
  GOVERNOR_ROLE: oneOf(['issue', 'annotate'], {
    property: 'role',
    describe: 'What this process does with plans: issue permits, or only add hints to the permits of another governor',
    default: 'issue',
  }),
  APPLY_MODE: oneOf(APPLY_MODES, {
    property: 'applyMode',
    describe: 'dry_run turns enforced gates into shadow ones; production refuses plans of unknown notional',
    default: 'testnet',
  }),
  P31_DOWNSIZE_THRESHOLD: number({
    property: 'downsizeThreshold',
    describe: 'Opening plans of symbols with a lower score are hinted smaller',
    default: '0.45',
    above: 0,
    max: 1,
  }),
  P31_MIN_FACTOR: number({
    property: 'minFactor',
    describe: 'Least factor that a hint suggests',
    default: '0.25',
    min: 0.0001,
    max: 1,
  }),
  P31_MAX_EXTRA_COOLDOWN_SEC: number({
    property: 'maxExtraCooldownSec',
    describe: 'Extra cooldown that a hint suggests at score 0',
    default: '120',
    min: 0,
    max: DAY_SEC,
    unit: 'seconds',
  }),
  P31_EFF_TTL_SEC: number({
    property: 'effTtlSec',
    describe: 'An older efficiency reading is not acted on (stale_eff)',
    default: '600',
    above: 0,
    max: WEEK_SEC,
    unit: 'seconds',
  }),
  P31_HINT_CLOSES: boolean({
    property: 'hintCloses',
    describe: 'Whether closing plans are hinted smaller too, as an old governor did',
    default: 'false',
  }),
  ...policyFileVariable,
  ...limitVariables,
  GOV_KILL_SCORE_MISSING: oneOf(['pass', 'refuse'], {
    property: 'killScoreMissing',
    describe: 'What an opening plan without a kill score gets from kill_score; the primary publisher never sends one',
    default: 'pass',
  }),
  GOV_ALLOCATION_TARGET: oneOf(ALLOCATION_TARGETS, {
    property: 'allocationTarget',
    describe:
      "Target of allocation_cap: live is P2.9's `target_usd`; effective is P2.9's base times the multiplier of a rollout",
    default: 'live',
  }),
  GOV_KILL_KEYS: list({
    property: 'killKeys',
    describe: 'Keys of the kill switch, separated by commas: any one of them that is on refuses plans (kill_switch)',
    default: `${KILL_KEY},${HALT_KEY}`,
  }),
  GOV_COUNT_CLOSES: boolean({
    property: 'countCloses',
    describe: 'Whether closing plans count in the rate windows and in the notional of the day, as an old governor did',
    default: 'false',
  }),
  GOV_DISARM_ON_BURST_BREACH: boolean({
    property: 'disarmOnBurstBreach',
    describe: 'Whether an enforced burst_rate refusal sets the disarm latch of the UTC day',
    default: 'false',
  }),
  GOV_DISARM_MIN_SEC: integer({
    property: 'disarmMinSec',
    describe: 'Least time that the disarm latch lasts, also across midnight UTC',
    default: '3600',
    min: 0,
    max: DAY_SEC,
    unit: 'seconds',
  }),
  ...gateVariables,
  GOV_CLAIM_IDLE_SEC: number({
    property: 'claimIdleSec',
    describe: 'Entries pending for this long are claimed; at most a third of GOV_PLAN_MAX_AGE_SEC',
    default: '5',
    above: 0,
    max: DAY_SEC,
    unit: 'seconds',
  }),
  GOV_MAX_DELIVERIES: integer({
    property: 'maxDeliveries',
    describe: 'An entry delivered more often is dead-lettered',
    default: '5',
    min: 1,
    max: 1000,
  }),
  GOV_DECISION_TTL_SEC: integer({
    property: 'decisionTtlSec',
    describe:
      'How long a decision record lives, and with it the promise that a plan is decided once; windows look back 2 h',
    default: '86400',
    min: 7200,
    max: YEAR_SEC,
    unit: 'seconds',
  }),
  REDIS_WAIT_REPLICAS: integer({
    property: 'waitReplicas',
    describe: 'A plan is finished only when its decision is on this many replicas of Redis; 0 asks for none',
    default: '0',
    min: 0,
    max: 10,
  }),
  GOV_TAKE_OVER: boolean({
    property: 'takeOver',
    describe: "Start although another program's consumers are active in the group `governor`",
    default: 'false',
  }),
  GOV_DRY_RUN_BESIDE_OTHERS: boolean({
    property: 'dryRunBesideOthers',
    describe: 'Start in dry_run, which grants every plan, although other consumer groups read the plan stream',
    default: 'false',
  }),
  STREAM_PLANS: list({
    property: 'plansStreams',
    describe: 'Streams of execution plans, separated by commas; each takes a connection',
    default: STREAMS.plans,
  }),
  STREAM_EVENTS: text({
    property: 'eventsStream',
    describe: "Stream of the governor's events",
    default: STREAMS.events,
  }),
  ...metricsPort('8044'),
};
