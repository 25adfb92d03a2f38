import { freshPosition } from '../fresh.js';
import { defineGate, PASS, refuse } from '../gate.js';

/** Refuses opens whose price is far from the market: wrong units, wrong symbol, wrong contract size. Advisory. */
export const priceBand = defineGate({
  name: 'price_band',
  summary: "the plan's price is more than `GOV_PRICE_BAND` away from a fresh mark price (300 s), relative to it",
  appliesTo: 'opens',
  defaultMode: 'shadow',
  limits: {
    priceBand: {
      variable: 'GOV_PRICE_BAND',
      kind: 'number',
      default: 0.5,
      describe:
        'Opening plans whose price is further from the mark price are refused (price_band); a share of the mark price',
      above: 0,
      max: 100,
    },
  },
  evaluate({ nowSec, priceUsd, position }, { priceBand: band, maxFutureSec }) {
    const markPriceUsd = freshPosition(position, nowSec, maxFutureSec)?.markPriceUsd;
    if (priceUsd === undefined || markPriceUsd === undefined) return PASS;
    return Math.abs(priceUsd - markPriceUsd) > band * markPriceUsd
      ? refuse({ price_usd: priceUsd, mark_price_usd: markPriceUsd, price_band: band })
      : PASS;
  },
});
