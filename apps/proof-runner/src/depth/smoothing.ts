import { holds, is } from '../proofs/checks.js';
import type { Check } from '../proofs/proof.js';
import type { DepthProof } from './depth-proof.js';
import type { Fields, OwnDeployment } from './own-deployment.js';

const HALFLIFE_SEC = 4;
const SYMBOL = 'PROOFSMOOTH';
const BASE_USD = 1000;
const [RAW, LEAST, MOST] = [1.5, 0.5, 1.5];

const multiplierOf = (entry: Fields): number => Number(entry['proposed_target']) / BASE_USD;

/** One step of the contract's formula, computed from the entry before it. */
function stepChecks(entry: Fields, before: Fields | undefined): Check[] {
  const ts = Number(entry['ts_epoch']);
  const from = before && { multiplier: multiplierOf(before), tsSec: Number(before['ts_epoch']) };
  const elapsedSec = from ? Math.max(0, ts - from.tsSec) : 0;
  const start = from?.multiplier ?? 1;
  const moved = start + (RAW - start) * (1 - Math.pow(2, -elapsedSec / HALFLIFE_SEC));
  const expected = Math.min(MOST, Math.max(LEAST, moved));
  const got = multiplierOf(entry);
  const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
  return [
    holds(`multiplier after ${elapsedSec} s`, expected.toFixed(6), near(got, expected), got.toFixed(6)),
    is('raw_multiplier', RAW.toFixed(4), entry['raw_multiplier']),
    ...(from
      ? [
          holds('smoothing_from', from.multiplier.toFixed(6), near(Number(entry['smoothing_from']), from.multiplier), entry['smoothing_from'] ?? '(absent)'), // prettier-ignore
          is('smoothing_from_ts', String(from.tsSec), entry['smoothing_from_ts']),
        ]
      : [is('smoothing_from', '', entry['smoothing_from'])]),
  ];
}

/** Waits until the symbol's last entries are this many of this reason; resolves to them, and the one before. */
const lastOnes = (deployment: OwnDeployment, reason: string, count: number) =>
  deployment.proposals(`${count} proposals in a row of reason ${reason}`, (all) => {
    const own = all.filter((entry) => entry['symbol'] === SYMBOL);
    const after = own.findLastIndex((entry) => entry['reason'] !== reason) + 1;
    return own.length - after >= count ? { before: own[after - 1], entries: own.slice(after) } : undefined;
  });

export const smoothing: DepthProof = {
  name: 'depth-smoothing',
  title:
    'a smoothed multiplier goes half of the way in a halflife; any reason but ok publishes exactly 1, and it starts over',
  steps: [1],
  env: { P31_SMOOTHING_HALFLIFE_SEC: String(HALFLIFE_SEC) },
  prove: async (deployment) => {
    await deployment.putScore(SYMBOL, 1);
    await deployment.putTarget(SYMBOL, BASE_USD);
    const first = await lastOnes(deployment, 'ok', 3);
    await deployment.removeScore(SYMBOL);
    const { entries: open } = await lastOnes(deployment, 'missing_eff', 1);
    await deployment.putScore(SYMBOL, 1);
    const again = await lastOnes(deployment, 'ok', 1);
    const steps = [
      ...first.entries
        .map((entry, i) => stepChecks(entry, first.entries[i - 1]))
        .reverse()
        .flat(),
    ];
    return [
      ...steps,
      is('multiplier without a score', '1.0000', open[0]?.['multiplier']),
      is('proposed_target without a score', String(BASE_USD), open[0]?.['proposed_target']),
      ...(again.entries[0] ? stepChecks(again.entries[0], again.before) : []),
    ];
  },
};
