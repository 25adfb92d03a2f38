import { type Equivalent, ofLine } from './equivalent.js';

export const PERMIT_DECORATORS: readonly Equivalent[] = [
  ...ofLine(
    'libs/permit-decorators/src/efficiency.ts',
    "if (assessment.reason === 'invalid_eff' && answer?.readable) onInvalid?.(plan.symbol, answer.value);",
    'only a reading is invalid, and only a readable answer gives one; the check is for the type checker',
    [['answer?.readable', 'answer.readable']],
  ),
  ...ofLine(
    'libs/permit-decorators/src/efficiency.ts',
    "const NEUTRAL = assess({ state: 'unreadable' }, 0, { minConfidence: 0, maxFutureSec: 0, maxAgeSec: 0 });",
    'an unreadable answer is assessed without any parameter',
    [['{ minConfidence: 0, maxFutureSec: 0, maxAgeSec: 0 }', '{}']],
  ),
];
