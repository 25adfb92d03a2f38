import { STREAMS } from '@quantum/redis-schemas';
import { CannotRun } from '@quantum/service-kit';
import {
  ConfigError,
  defineConfig,
  describeVariables,
  loadConfig,
  number,
  text,
  type Config,
} from '@quantum/service-kit';

/**
 * The variables of a deployment that the proofs depend on, if it does not use the defaults. Names and defaults are the
 * services' own, so it is enough to source their env file before a run.
 */
const definition = defineConfig({
  P31_BASE: number({ property: 'base', describe: 'multiplier at score 0.5', default: '1.0' }),
  P31_SCALE: number({ property: 'scale', describe: 'change of the multiplier over all scores', default: '1.0' }),
  P31_MIN_MULT: number({ property: 'minMultiplier', describe: 'least multiplier', default: '0.5', min: 0 }),
  P31_MAX_MULT: number({ property: 'maxMultiplier', describe: 'greatest multiplier', default: '1.5', min: 0 }),
  P31_SMOOTHING_HALFLIFE_SEC: number({
    property: 'smoothingHalflifeSec',
    describe: 'halflife of the multiplier, 0: not smoothed',
    default: '0',
    min: 0,
  }),
  P31_DOWNSIZE_THRESHOLD: number({
    property: 'downsizeThreshold',
    describe: 'scores below are hinted smaller',
    default: '0.45',
    above: 0,
    max: 1,
  }),
  P31_MIN_FACTOR: number({
    property: 'minFactor',
    describe: 'least factor of a hint',
    default: '0.25',
    min: 0.0001,
    max: 1,
  }),
  P31_MAX_EXTRA_COOLDOWN_SEC: number({
    property: 'maxExtraCooldownSec',
    describe: 'extra cooldown at score 0',
    default: '120',
    min: 0,
  }),
  LOOP_INTERVAL_SEC: number({
    property: 'loopIntervalSec',
    describe: "the proposer's cycle: how long proofs wait",
    default: '10',
    above: 0,
  }),
  DISCOVERY_INTERVAL_SEC: number({
    property: 'discoveryIntervalSec',
    describe: 'likewise, until it finds a target',
    default: '10',
    above: 0,
  }),
  PROPOSE_STREAM_NAME: text({ property: 'proposedStream', describe: 'proposals', default: STREAMS.proposed }),
  STREAM_PLANS: text({ property: 'plansStream', describe: 'plans', default: STREAMS.plans }),
  STREAM_EVENTS: text({ property: 'eventsStream', describe: "the governor's events", default: STREAMS.events }),
});

export type Settings = Config<typeof definition>;

/** The variables with their defaults, a line each, for --help. */
export const settingsHelp = (): string =>
  describeVariables(definition)
    .map((row) => `  ${row.name.padEnd(27)} ${row.describe} (${row.default})`)
    .join('\n');

/** @throws CannotRun that lists every violation. */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  try {
    return loadConfig(definition, env).config;
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotRun(error.message);
    throw error;
  }
}

/** The variables that are set in the environment, for services that a run starts. */
export const givenSettings = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.keys(definition.variables).flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
