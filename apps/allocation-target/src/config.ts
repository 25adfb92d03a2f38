import { efficiencyKey, GATE_NAMES, KILL_KEY, LAST_CYCLE_KEY, STREAMS, targetKey } from '@quantum/redis-schemas';
import { defineConfig, integer, number, port, sharedVariables, text, type Config } from '@quantum/service-kit';

/** What the governor reads: in an environment that both services share, these names are no mistakes. */
const GOVERNOR_NAMES = [
  'GOVERNOR_ROLE',
  'APPLY_MODE',
  'P31_DOWNSIZE_THRESHOLD',
  'P31_MIN_FACTOR',
  'P31_MAX_EXTRA_COOLDOWN_SEC',
  'P31_EFF_TTL_SEC',
  'P31_HINT_CLOSES',
  'GOV_PLAN_MAX_AGE_SEC',
  'GOV_KILL_SCORE_CRITICAL',
  'GOV_SYMBOL_COOLDOWN_SECONDS',
  'GOV_MAX_EXEC_PER_HOUR',
  'GOV_MAX_EXEC_PER_5MIN',
  'GOV_MAX_NOTIONAL_PER_DAY_USD',
  'GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD',
  'GOV_KILL_SWITCH_ALLOWS_CLOSES',
  'GOV_DISARM_ON_BURST_BREACH',
  ...GATE_NAMES.map((gate) => `GOV_GATE_${gate.toUpperCase()}`),
  'GOV_CLAIM_IDLE_SEC',
  'GOV_MAX_DELIVERIES',
  'GOV_DECISION_TTL_SEC',
  'GOV_TAKE_OVER',
  'STREAM_PLANS',
  'STREAM_EVENTS',
];

/** Names that others write or read as something else: an XADD there would create a live target, or feed ourselves. */
const FOREIGN_PREFIXES = [targetKey(''), efficiencyKey('')];
const FOREIGN_KEYS = new Set<string>([KILL_KEY, LAST_CYCLE_KEY, ...Object.values(STREAMS)]);
const isOwnStreamName = (name: string): boolean =>
  name === STREAMS.proposed || (!FOREIGN_KEYS.has(name) && !FOREIGN_PREFIXES.some((prefix) => name.startsWith(prefix)));

const HOUR_SEC = 3600;
const YEAR_SEC = 31_536_000;

/** Everything that allocation-target reads from its environment. */
export const definition = defineConfig(
  {
    ...sharedVariables,
    P31_STALE_SEC: number({
      property: 'staleSec',
      describe: 'An efficiency reading that is older is not acted on (stale_eff)',
      default: '600',
      min: 0,
      unit: 'seconds',
    }),
    P31_MIN_MULT: number({ property: 'minMultiplier', describe: 'Least multiplier', default: '0.5', min: 0 }),
    P31_MAX_MULT: number({ property: 'maxMultiplier', describe: 'Greatest multiplier', default: '1.5', min: 0 }),
    P31_SCALE: number({
      property: 'scale',
      describe: 'Change of the multiplier over the whole range of scores',
      default: '1.0',
    }),
    P31_BASE: number({ property: 'base', describe: 'Multiplier at score 0.5', default: '1.0' }),
    PROPOSE_STREAM_NAME: text({
      property: 'streamName',
      describe: 'Stream that takes every proposal',
      default: STREAMS.proposed,
      pattern: /^[\x21-\x7e]{1,256}$/,
      allowed: 'a key of 1..256 printable ASCII characters without blanks',
    }),
    PROPOSE_STREAM_MAXLEN: integer({
      property: 'streamMaxlen',
      describe: 'Approximate length of that stream; at least twice the symbols of a cycle are kept whatever it says',
      default: '10000',
      min: 1,
      unit: 'entries',
    }),
    PROPOSE_KEY_TTL: integer({
      property: 'keyTtlSec',
      describe: 'How long a shadow proposal outlives its last cycle',
      default: '600',
      min: 1,
      max: YEAR_SEC,
      unit: 'seconds',
    }),
    LOOP_INTERVAL_SEC: number({
      property: 'loopIntervalSec',
      describe: 'From the start of a cycle to the start of the next',
      default: '10',
      min: 0.05,
      max: HOUR_SEC,
      unit: 'seconds',
    }),
    DISCOVERY_INTERVAL_SEC: number({
      property: 'discoveryIntervalSec',
      describe:
        'How long a target that no stream entry announces may stay unseen; scans begin this far apart or closer',
      default: '10',
      min: 0.05,
      max: HOUR_SEC,
      unit: 'seconds',
    }),
    METRICS_PORT: port({
      property: 'metricsPort',
      describe: 'Port on which /metrics, /healthz and /readyz are served',
      default: '8065',
      anyFree: true,
    }),
    PROPOSER_SHARDS: integer({
      property: 'shards',
      describe: 'Over how many processes the symbols are spread; one process serves all of them',
      default: '1',
      min: 1,
      max: 1,
    }),
  },
  {
    crossChecks: [
      {
        variables: ['P31_MIN_MULT', 'P31_MAX_MULT'],
        holds: ({ minMultiplier, maxMultiplier }) => minMultiplier <= maxMultiplier,
        requirement: 'P31_MIN_MULT must not exceed P31_MAX_MULT',
      },
      {
        variables: ['PROPOSE_KEY_TTL', 'LOOP_INTERVAL_SEC'],
        holds: ({ keyTtlSec, loopIntervalSec }) => keyTtlSec > loopIntervalSec,
        requirement: 'PROPOSE_KEY_TTL must exceed LOOP_INTERVAL_SEC, or proposals are gone before the next cycle',
      },
      {
        variables: ['PROPOSE_STREAM_NAME'],
        holds: ({ streamName }) => isOwnStreamName(streamName),
        requirement: 'PROPOSE_STREAM_NAME must not be the name of a key that somebody else writes',
      },
    ],
    alsoKnown: GOVERNOR_NAMES,
  },
);

/** The service's configuration. */
export type ProposerConfig = Config<typeof definition>;
