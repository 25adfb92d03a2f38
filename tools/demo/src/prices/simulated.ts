import { gaussian, mulberry32, type Rng } from '@quantum/testbed';
import { pick } from '../random.js';
import type { PriceSource } from './price-source.js';

/** Rounded start prices in USD, near well-known levels; they only set the start. */
const START_PRICES_USD: Readonly<Record<string, number>> = {
  BTCUSDT: 95_000,
  ETHUSDT: 3_100,
  BNBUSDT: 900,
  SOLUSDT: 140,
  XRPUSDT: 2.2,
  ADAUSDT: 0.48,
  DOGEUSDT: 0.16,
  AVAXUSDT: 15,
  LINKUSDT: 14,
  DOTUSDT: 2.8,
  UNIUSDT: 7.8,
  NEARUSDT: 2.2,
};

/** A market regime: drift and volatility of a minute's log return. */
const REGIMES = [
  { drift: 0, volatility: 0.0006 },
  { drift: 0.0004, volatility: 0.0012 },
  { drift: -0.0005, volatility: 0.0016 },
  { drift: 0, volatility: 0.003 },
] as const;
type Regime = (typeof REGIMES)[number];

/** Mean duration of a regime, minutes. */
const REGIME_MINUTES = 45;
/** Fraction of minutes without a trade: the close stays the same. */
const IDLE_SHARE = 0.06;
/** 2025-01-01 00:00 UTC: simulated minutes need a fixed start time. */
const START_SEC = 1_735_689_600;

/** Geometric Brownian motion in a few regimes for a dozen well-known symbols. Everything follows from the seed. */
export function simulatedSource(seed: number): PriceSource {
  const rng = mulberry32(seed);
  const symbols = Object.keys(START_PRICES_USD);
  const markets = symbols.map((symbol) => ({ priceUsd: START_PRICES_USD[symbol] ?? 1, regime: anyRegime(rng) }));
  let minute = 0;
  return {
    symbols,
    description: `simulated, seed ${seed}`,
    next() {
      for (const market of markets) {
        if (rng() < 1 / REGIME_MINUTES) market.regime = anyRegime(rng);
        if (rng() < IDLE_SHARE) continue;
        const { drift, volatility } = market.regime;
        market.priceUsd *= Math.exp(drift + volatility * gaussian(rng));
      }
      const row = { tsEpochSec: START_SEC + 60 * minute, pricesUsd: markets.map(({ priceUsd }) => priceUsd) };
      minute += 1;
      return row;
    },
  };
}

const anyRegime = (rng: Rng): Regime => pick(REGIMES, rng) ?? REGIMES[0];
