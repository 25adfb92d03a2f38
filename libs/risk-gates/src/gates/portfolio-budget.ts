import { isFresh } from '../fresh.js';
import { defineGate, PASS, refuse } from '../gate.js';

/** Maximum age of P2.8's budget, seconds. */
export const BUDGET_FRESH_SEC = 60;
/** Maximum age of a violation, seconds. */
export const VIOLATION_AGE_SEC = 30;

/** Refuses opens of a symbol that P2.8, in enforce mode and fresh, has just reported over its budget. Advisory. */
export const portfolioBudget = defineGate({
  name: 'portfolio_budget',
  summary:
    'P2.8, in enforce mode and fresh (60 s), reported the symbol over budget within 30 s; unreadable state passes',
  appliesTo: 'opens',
  defaultMode: 'enforce',
  evaluate({ nowSec, budget, violationSec }, { maxFutureSec }) {
    if (!budget.readable || !violationSec.readable) return PASS;
    const { enforce, tsSec } = budget.value;
    if (!enforce || !isFresh(tsSec, nowSec, BUDGET_FRESH_SEC, maxFutureSec)) return PASS;
    if (violationSec.value === undefined) return PASS;
    const violationAgeSec = nowSec - violationSec.value;
    return violationAgeSec < VIOLATION_AGE_SEC && violationAgeSec >= -maxFutureSec
      ? refuse({ violation_age_sec: violationAgeSec, max_violation_age_sec: VIOLATION_AGE_SEC })
      : PASS;
  },
});
