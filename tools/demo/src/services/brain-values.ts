/**
 * The brain's variables in the demo. A minute of prices passes each second, and a run must show something: a period is
 * a second, an hour of prices (60 periods) weighs as much as the prior, and ten periods are enough for confidence.
 */
export const BRAIN_VALUES = {
  BRAIN_PERIOD_SEC: '1',
  BRAIN_HALFLIFE_SEC: '120',
  BRAIN_CONF_PERIODS: '5',
  BRAIN_PRIOR_SR_PER_DAY: '38',
  P31_STALE_SEC: '30',
  P31_LOOP_SEC: '0.5',
  P31_MODE: 'enforce',
} as const;

/** The values that the brain runs with: variables of the caller win. */
export const brainEnv = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(BRAIN_VALUES).map(([name, value]) => [name, env[name] ?? value]));
