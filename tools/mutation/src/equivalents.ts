import { APPLY_HINTS } from './equivalents/apply-hints.js';
import { DECISIONS } from './equivalents/decisions.js';
import { EFFICIENCY_POLICY } from './equivalents/efficiency-policy.js';
import type { Equivalent } from './equivalents/equivalent.js';
import { PERMIT_DECORATORS } from './equivalents/permit-decorators.js';
import { REDIS_SCHEMAS } from './equivalents/redis-schemas.js';
import { RISK_GATES } from './equivalents/risk-gates.js';
import { SHADOW_EVIDENCE } from './equivalents/shadow-evidence.js';

/** Every mutant that is equivalent, by library. */
export const EQUIVALENTS: readonly Equivalent[] = [
  ...APPLY_HINTS,
  ...DECISIONS,
  ...EFFICIENCY_POLICY,
  ...PERMIT_DECORATORS,
  ...REDIS_SCHEMAS,
  ...RISK_GATES,
  ...SHADOW_EVIDENCE,
];
