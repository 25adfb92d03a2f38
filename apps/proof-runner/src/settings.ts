import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { CannotRun, ConfigError, defineConfig, describeVariables, loadConfig, type Config } from '@quantum/service-kit';

const { P31_MIN_CONF, P31_STALE_SEC, P31_BASE, P31_SCALE, P31_MIN_MULT, P31_MAX_MULT, ...proposer } =
  proposerDefinition.variables;
const { P31_DOWNSIZE_THRESHOLD, P31_MIN_FACTOR, P31_MAX_EXTRA_COOLDOWN_SEC, GOV_KILL_KEYS, ...governor } =
  governorDefinition.variables;

/**
 * The variables of a deployment that the proofs depend on, if it does not use the defaults. They are the services' own,
 * so it is enough to source their env file before a run.
 */
const definition = defineConfig({
  P31_MIN_CONF,
  P31_STALE_SEC,
  P31_BASE,
  P31_SCALE,
  P31_MIN_MULT,
  P31_MAX_MULT,
  P31_SMOOTHING_HALFLIFE_SEC: proposer.P31_SMOOTHING_HALFLIFE_SEC,
  P31_DOWNSIZE_THRESHOLD,
  P31_MIN_FACTOR,
  P31_MAX_EXTRA_COOLDOWN_SEC,
  LOOP_INTERVAL_SEC: proposer.LOOP_INTERVAL_SEC,
  DISCOVERY_INTERVAL_SEC: proposer.DISCOVERY_INTERVAL_SEC,
  PROPOSE_STREAM_NAME: { ...proposer.PROPOSE_STREAM_NAME, property: 'proposedStream' as const },
  GOV_KILL_KEYS,
  STREAM_PLANS: governor.STREAM_PLANS,
  STREAM_EVENTS: governor.STREAM_EVENTS,
});

/** Plans are submitted to the first of the deployment's plan streams. */
export type Settings = Config<typeof definition> & { readonly plansStream: string };

/** The variables with their defaults, a line each, for --help. */
export const settingsHelp = (): string =>
  describeVariables(definition)
    .map((row) => `  ${row.name.padEnd(27)} ${row.describe} (${row.default})`)
    .join('\n');

/** @throws CannotRun that lists every violation. */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  try {
    const { config } = loadConfig(definition, env);
    return { ...config, plansStream: config.plansStreams[0] ?? '' };
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
