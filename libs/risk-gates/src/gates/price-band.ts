import { freshPosition } from '../fresh.js';
import { PASS, refuse, type Gate } from '../gate.js';

/** Refuses opens whose price is far from the market: wrong units, wrong symbol, wrong contract size. Advisory. */
export const priceBand: Gate = {
  name: 'price_band',
  summary: "the plan's price is more than `GOV_PRICE_BAND` away from a fresh mark price (300 s), relative to it",
  appliesTo: 'opens',
  defaultMode: 'shadow',
  evaluate({ nowSec, priceUsd, position }, { priceBand: band, maxFutureSec }) {
    const markPriceUsd = freshPosition(position, nowSec, maxFutureSec)?.markPriceUsd;
    if (priceUsd === undefined || markPriceUsd === undefined) return PASS;
    return Math.abs(priceUsd - markPriceUsd) > band * markPriceUsd
      ? refuse({ price_usd: priceUsd, mark_price_usd: markPriceUsd, price_band: band })
      : PASS;
  },
};
