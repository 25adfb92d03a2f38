import { PROOF_SYMBOL_PREFIX } from '@quantum/redis-schemas';
import { holds, is } from '../proofs/checks.js';
import type { DepthProof } from './depth-proof.js';
import type { Fields } from './own-deployment.js';

/** Without a budget 1500 and 400 USD: 400 above their bases. */
const HIGH = { symbol: 'HIGHUSDT', baseUsd: 1000, score: 1, raw: '1.5000' };
const LOW = { symbol: 'LOWUSDT', baseUsd: 500, score: 0.3, raw: '0.8000' };
/** No score: exactly 1, and out of the sums. */
const NONE = { symbol: 'NONEUSDT', baseUsd: 200 };
/** Like a proof's symbol on a real deployment: unchanged by the budget, and out of the sums, however large. */
const PROOF = { symbol: `${PROOF_SYMBOL_PREFIX}ANY`, baseUsd: 1_000_000, score: 1, multiplier: '1.5000' };
const SYMBOLS = [HIGH.symbol, LOW.symbol, NONE.symbol, PROOF.symbol];
const SCALE = 1500 / 1900;

/** The entries of the first cycle that has all four. */
function wholeCycle(all: readonly Fields[]): Fields[] | undefined {
  const times = new Set(all.map((entry) => entry['ts_epoch']));
  for (const time of times) {
    const found = SYMBOLS.map((symbol) =>
      all.find((entry) => entry['ts_epoch'] === time && entry['symbol'] === symbol),
    );
    if (!found.includes(undefined)) return found as Fields[];
  }
  return undefined;
}

export const budget: DepthProof = {
  name: 'depth-budget',
  title: 'a cycle is scaled to the sum of its bases, to the last digit; what has no score stays exactly 1',
  steps: [1],
  env: { P31_BUDGET: 'cap' },
  prove: async (deployment) => {
    await deployment.putScore(HIGH.symbol, HIGH.score);
    await deployment.putScore(LOW.symbol, LOW.score);
    await deployment.putScore(PROOF.symbol, PROOF.score);
    for (const { symbol, baseUsd } of [PROOF, NONE, LOW, HIGH]) await deployment.putTarget(symbol, baseUsd);
    const [high = {}, low = {}, none = {}, proof = {}] = await deployment.proposals(
      'cycle with all four symbols',
      wholeCycle,
    );
    const sum = Number(high['proposed_target']) + Number(low['proposed_target']);
    const [bases, scale] = [HIGH.baseUsd + LOW.baseUsd, Number(high['budget_scale'])];
    return [
      holds('sum of proposals', `${bases}, not above`, sum <= bases && sum > bases - 1e-9, String(sum)),
      holds('budget_scale', SCALE.toFixed(6), Math.abs(scale - SCALE) < 1e-9, scale.toFixed(6)),
      is('budget_scale of the other', high['budget_scale'] ?? '', low['budget_scale']),
      is(`multiplier of ${HIGH.symbol}`, (1.5 * SCALE).toFixed(4), high['multiplier']),
      is(`multiplier of ${LOW.symbol}`, (0.8 * SCALE).toFixed(4), low['multiplier']),
      is('raw_multiplier', HIGH.raw, high['raw_multiplier']),
      is('raw_multiplier of the other', LOW.raw, low['raw_multiplier']),
      is('reason without a score', 'missing_eff', none['reason']),
      is('multiplier without a score', '1.0000', none['multiplier']),
      is('proposed_target without a score', String(NONE.baseUsd), none['proposed_target']),
      is('budget_scale of a proof', '1', proof['budget_scale']),
      is('multiplier of a proof', PROOF.multiplier, proof['multiplier']),
    ];
  },
};
