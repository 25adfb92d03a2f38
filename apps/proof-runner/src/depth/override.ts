import { is } from '../proofs/checks.js';
import type { Check } from '../proofs/proof.js';
import type { DepthProof } from './depth-proof.js';
import type { Fields, OwnDeployment } from './own-deployment.js';

const SCORE = 0.3;
const [PLAIN, GROUP, SYMBOL] = ['PROOFPLAIN', 'PROOFGROUPA', 'PROOFGROUPB'];

const STEP_1 = {
  P31_MIN_CONF: 0.7, P31_MAX_FUTURE_SEC: 60, P31_STALE_SEC: 600, P31_BASE: 1, P31_SCALE: 1, P31_MIN_MULT: 0.5, P31_MAX_MULT: 1.5,
  P31_SMOOTHING_HALFLIFE_SEC: 0, P31_BUDGET: 'off',
}; // prettier-ignore
const STEP_2 = {
  P31_MIN_CONF: 0.7, P31_MAX_FUTURE_SEC: 60, P31_EFF_TTL_SEC: 600, P31_DOWNSIZE_THRESHOLD: 0.45, P31_MIN_FACTOR: 0.25,
  P31_MAX_EXTRA_COOLDOWN_SEC: 120, P31_HINT_CLOSES: false,
}; // prettier-ignore
const OF_GROUP = { P31_SCALE: 0.5, P31_DOWNSIZE_THRESHOLD: 0.4 };
const OF_SYMBOL = { P31_MIN_MULT: 0.95, P31_MIN_FACTOR: 0.9 };

/** A symbol's changes to the defaults, and the expected values for a score of 0.3. */
const CASES = [
  { symbol: PLAIN, over: {}, multiplier: '0.8000', factor: '0.6667' },
  { symbol: GROUP, over: OF_GROUP, multiplier: '0.9000', factor: '0.7500' },
  { symbol: SYMBOL, over: { ...OF_GROUP, ...OF_SYMBOL }, multiplier: '0.9500', factor: '0.9000' },
] as const;

/** The parameters of a step with a symbol's changes. */
const withOwn = (parameters: object, over: object): object => ({
  ...parameters,
  ...Object.fromEntries(Object.entries(over).filter(([name]) => name in parameters)),
});

async function proposed(deployment: OwnDeployment): Promise<Check[]> {
  for (const { symbol } of CASES) await deployment.putTarget(symbol, 1000);
  const entries = await deployment.proposals('proposal of each symbol', (all) => {
    const found = CASES.map(({ symbol }) => all.find((entry) => entry['symbol'] === symbol));
    return found.includes(undefined) ? undefined : (found as Fields[]);
  });
  const checks = CASES.map(async ({ symbol, over, multiplier }, i) => [
    is(`multiplier of ${symbol}`, multiplier, entries[i]?.['multiplier']),
    ...(await deployment.policyChecks(symbol, entries[i]?.['policy'], withOwn(STEP_1, over))),
  ]);
  return (await Promise.all(checks)).flat();
}

async function permitted(deployment: OwnDeployment): Promise<Check[]> {
  const checks = CASES.map(async ({ symbol, over, factor }) => {
    const permit = await deployment.permitFor(symbol);
    return [
      is(`eff_factor of ${symbol}`, factor, permit['eff_factor']),
      ...(await deployment.policyChecks(symbol, permit['policy'], withOwn(STEP_2, over))),
    ];
  });
  return (await Promise.all(checks)).flat();
}

export const override: DepthProof = {
  name: 'depth-override',
  title: 'a policy file: environment, defaults, one group and the symbol decide, parameter by parameter, in both steps',
  steps: [1, 2],
  env: {},
  policy: {
    version: 1,
    defaults: { P31_MIN_CONF: STEP_1.P31_MIN_CONF },
    groups: [
      { pattern: 'PROOF*', parameters: {} },
      { pattern: 'PROOFGROUP?', parameters: OF_GROUP },
    ],
    symbols: { [SYMBOL]: OF_SYMBOL },
  },
  prove: async (deployment, steps) => {
    for (const { symbol } of CASES) await deployment.putScore(symbol, SCORE);
    return [...(steps.has(1) ? await proposed(deployment) : []), ...(steps.has(2) ? await permitted(deployment) : [])];
  },
};
