import { STREAMS } from '@quantum/redis-schemas';
import { integer, number, oneOf, metricsPort, sharedVariables, text } from '@quantum/service-kit';
import { DAY_SEC, HOUR_SEC, WEEK_SEC, YEAR_SEC } from './durations.js';
import { policyFileVariable } from './policy-file.js';

/** What may hold the proposals of a cycle to the sum of their bases. */
export const BUDGETS = ['off', 'cap', 'neutral'] as const;

export const proposerVariables = {
  ...sharedVariables,
  P31_STALE_SEC: number({
    property: 'staleSec',
    describe: 'An efficiency reading that is older is not acted on (stale_eff)',
    default: '600',
    min: 0,
    max: WEEK_SEC,
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
  P31_SMOOTHING_HALFLIFE_SEC: number({
    property: 'smoothingHalflifeSec',
    describe: 'Time in which the multiplier goes half of the way to what the formula says; 0: at once',
    default: '0',
    min: 0,
    max: DAY_SEC,
    unit: 'seconds',
  }),
  P31_BUDGET: oneOf(BUDGETS, {
    property: 'budget',
    describe:
      'Whether the proposals of a cycle are scaled: to at most the sum of their bases (cap), or to it (neutral)',
    default: 'off',
  }),
  ...policyFileVariable,
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
    describe: 'How long a target that no stream entry announces may stay unseen; scans begin this far apart or closer',
    default: '10',
    min: 0.05,
    max: HOUR_SEC,
    unit: 'seconds',
  }),
  ...metricsPort('8065'),
  PROPOSER_SHARDS: integer({
    property: 'shards',
    describe: 'Parts that the symbols are divided into, each published by one process; the same for all processes',
    default: '1',
    min: 1,
    max: 64,
  }),
};
