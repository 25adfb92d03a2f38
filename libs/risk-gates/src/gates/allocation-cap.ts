import { PASS, refuse, type Gate } from '../gate.js';

/** How old P2.9's target may be to count, seconds. */
export const ALLOCATION_FRESH_SEC = 300;

/** Refuses opens that would take the position beyond P2.9's target, where that is in enforce mode and fresh. Advisory. */
export const allocationCap: Gate = {
  name: 'allocation_cap',
  summary:
    "the position with this plan would exceed P2.9's target, in enforce mode and fresh (300 s); unreadable state passes",
  appliesTo: 'opens',
  evaluate({ nowSec, allocation, position, notionalUsd }) {
    if (!allocation.readable || !position.readable) return PASS;
    const { enforce, tsSec, targetUsd } = allocation.value;
    if (!enforce || targetUsd === undefined) return PASS;
    if (tsSec === undefined || nowSec - tsSec > ALLOCATION_FRESH_SEC) return PASS;
    const { amount, markPriceUsd } = position.value;
    // A position of unknown worth says nothing: an advisory gate does not guess.
    const worthUsd = amount === 0 ? 0 : Math.abs(amount ?? NaN) * (markPriceUsd ?? NaN);
    const positionUsd = Math.min(worthUsd, Number.MAX_VALUE); // a record holds no Infinity
    const planUsd = notionalUsd ?? 0;
    return positionUsd + planUsd > targetUsd
      ? refuse({ position_usd: positionUsd, notional_usd: planUsd, target_usd: targetUsd })
      : PASS;
  },
};
