import { PARAMETER_RANGES, BRAIN_MODELS, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import {
  boolean,
  defineConfig,
  integer,
  metricsPort,
  number,
  oneOf,
  redisCrossChecks,
  sharedVariables,
  type Config,
} from '@quantum/service-kit';
import { HOUR_SEC, YEAR_SEC } from './durations.js';
import { proposerVariables } from './proposer-variables.js';

const { DISCOVERY_INTERVAL_SEC } = proposerVariables;
const {
  periodSec,
  hurdleBpsPerDay,
  halflifeSec,
  minSdBpsPerDay,
  priorSrPerDay,
  confidencePeriods,
  staleSec,
  ...defaults
} = DEFAULT_PARAMETERS;
const within = ([min, max]: readonly [number, number]) => ({ min, max });

/** The brain's variables. */
const brainVariables = {
  ...sharedVariables,
  P31_MODE: oneOf(['shadow', 'enforce'], {
    property: 'mode',
    describe: 'Whether scores are only recorded (shadow), or also written where proposer and governor read them',
    default: 'shadow',
  }),
  P31_LOOP_SEC: number({
    property: 'loopIntervalSec',
    describe: 'From the start of a cycle to the start of the next',
    default: '5',
    min: 0.05,
    max: HOUR_SEC,
    unit: 'seconds',
  }),
  P31_KEY_TTL_SEC: integer({
    property: 'keyTtlSec',
    describe: 'How long an efficiency hash outlives its last cycle',
    default: '600',
    min: 1,
    max: YEAR_SEC,
    unit: 'seconds',
  }),
  P31_STALE_SEC: number({
    property: 'staleSec',
    describe: 'Age of inputs from which on they count as unknown, and at which the confidence of a score is 0',
    default: String(staleSec),
    ...within(PARAMETER_RANGES.staleSec),
    unit: 'seconds',
  }),
  BRAIN_MODEL: oneOf(BRAIN_MODELS, {
    property: 'model',
    describe: 'The score that counts; the other is recorded beside it',
    default: defaults.model,
  }),
  BRAIN_PERIOD_SEC: number({
    property: 'periodSec',
    describe: 'Length of a period of the measure; another length starts every symbol anew',
    default: String(periodSec),
    ...within(PARAMETER_RANGES.periodSec),
    unit: 'seconds',
  }),
  BRAIN_HURDLE_BPS_PER_DAY: number({
    property: 'hurdleBpsPerDay',
    describe: 'Return that reserved capital must earn for the neutral score 0.5',
    default: String(hurdleBpsPerDay),
    ...within(PARAMETER_RANGES.hurdleBpsPerDay),
    unit: 'basis points a day',
  }),
  BRAIN_HALFLIFE_SEC: number({
    property: 'halflifeSec',
    describe: 'Age at which a period counts half',
    default: String(halflifeSec),
    ...within(PARAMETER_RANGES.halflifeSec),
    unit: 'seconds',
  }),
  BRAIN_MIN_SD_BPS_PER_DAY: number({
    property: 'minSdBpsPerDay',
    describe: 'Least standard deviation of returns that is believed',
    default: String(minSdBpsPerDay),
    ...within(PARAMETER_RANGES.minSdBpsPerDay),
    unit: 'basis points a day',
  }),
  BRAIN_PRIOR_SR_PER_DAY: number({
    property: 'priorSrPerDay',
    describe: 'Standard deviation of the daily Sharpe ratios that are believed in before anything is known',
    default: String(priorSrPerDay),
    ...within(PARAMETER_RANGES.priorSrPerDay),
  }),
  BRAIN_CONF_PERIODS: number({
    property: 'confidencePeriods',
    describe: 'Effective periods at which confidence is a half',
    default: String(confidencePeriods),
    ...within(PARAMETER_RANGES.confidencePeriods),
    unit: 'periods',
  }),
  DISCOVERY_INTERVAL_SEC,
  BRAIN_SHARDS: integer({
    property: 'shards',
    describe: 'Parts that the symbols are divided into, each scored by one process; the same for all processes',
    default: '1',
    min: 1,
    max: 64,
  }),
  BRAIN_TAKE_OVER: boolean({
    property: 'takeOver',
    describe: 'Whether to start in enforce although another program writes efficiency hashes',
    default: 'false',
  }),
  ...metricsPort('8063'),
};

/** Everything that efficiency-brain reads from its environment. */
export const brainDefinition = defineConfig(brainVariables, {
  crossChecks: [
    ...redisCrossChecks,
    {
      variables: ['P31_LOOP_SEC', 'BRAIN_PERIOD_SEC'],
      holds: ({ loopIntervalSec, periodSec: period }) => loopIntervalSec <= period,
      requirement: 'P31_LOOP_SEC must not exceed BRAIN_PERIOD_SEC, or periods pass that no cycle closes',
    },
    {
      variables: ['P31_KEY_TTL_SEC', 'P31_LOOP_SEC'],
      holds: ({ keyTtlSec, loopIntervalSec }) => keyTtlSec > loopIntervalSec,
      requirement: 'P31_KEY_TTL_SEC must exceed P31_LOOP_SEC, or scores are gone before the next cycle',
    },
    {
      variables: ['P31_STALE_SEC', 'BRAIN_PERIOD_SEC'],
      holds: ({ staleSec: stale, periodSec: period }) => stale > period,
      requirement: 'P31_STALE_SEC must exceed BRAIN_PERIOD_SEC, or no score is ever fresh',
    },
    {
      variables: ['BRAIN_HALFLIFE_SEC', 'BRAIN_PERIOD_SEC'],
      holds: ({ halflifeSec: halflife, periodSec: period }) => halflife >= period,
      requirement: 'BRAIN_HALFLIFE_SEC must not be shorter than BRAIN_PERIOD_SEC',
    },
  ],
});

/** The brain's configuration. */
export type BrainConfig = Config<typeof brainDefinition>;
