import { type Equivalent, FOR_THE_TYPES, ofLine } from './equivalent.js';

export const RISK_GATES: readonly Equivalent[] = [
  ...ofLine(
    'libs/risk-gates/src/fresh.ts',
    'tsSec !== undefined && nowSec - tsSec <= maxAgeSec && tsSec - nowSec <= maxFutureSec;',
    FOR_THE_TYPES,
    [['tsSec !== undefined', 'true']],
  ),
  ...ofLine(
    'libs/risk-gates/src/gates/allocation-cap.ts',
    'if (targetUsd === undefined || heldUsd === undefined || inFlightUsd === undefined) return PASS;',
    FOR_THE_TYPES,
    [
      ['targetUsd === undefined || heldUsd === undefined || inFlightUsd === undefined', 'false'],
      [
        'targetUsd === undefined || heldUsd === undefined || inFlightUsd === undefined',
        '(targetUsd === undefined || heldUsd === undefined) && inFlightUsd === undefined',
      ],
      ['targetUsd === undefined || heldUsd === undefined', 'false'],
      ['targetUsd === undefined || heldUsd === undefined', 'targetUsd === undefined && heldUsd === undefined'],
      ['targetUsd === undefined', 'false'],
      ['heldUsd === undefined', 'false'],
      ['inFlightUsd === undefined', 'false'],
    ],
  ),
  ...ofLine(
    'libs/risk-gates/src/gates/price-band.ts',
    'if (priceUsd === undefined || markPriceUsd === undefined) return PASS;',
    FOR_THE_TYPES,
    [
      ['priceUsd === undefined || markPriceUsd === undefined', 'false'],
      ['priceUsd === undefined || markPriceUsd === undefined', 'priceUsd === undefined && markPriceUsd === undefined'],
      ['priceUsd === undefined', 'false'],
      ['markPriceUsd === undefined', 'false'],
    ],
  ),
  ...ofLine(
    'libs/risk-gates/src/size.ts',
    'return closesByActionOnly && amount !== undefined && qty > Math.abs(amount) * (1 + RELATIVE_TOLERANCE);',
    FOR_THE_TYPES,
    [['amount !== undefined', 'true']],
  ),
  ...ofLine(
    'libs/risk-gates/src/gates/plan-age.ts',
    'const isUsable = timestampSec !== undefined && timestampSec - nowSec <= maxFutureSec; // a time in ms is not',
    FOR_THE_TYPES,
    [['timestampSec !== undefined', 'true']],
  ),
  ...ofLine(
    'libs/risk-gates/src/gates/portfolio-budget.ts',
    'if (violationSec.value === undefined) return PASS;',
    FOR_THE_TYPES,
    [['violationSec.value === undefined', 'false']],
  ),
  ...ofLine(
    'libs/risk-gates/src/gates/symbol-cooldown.ts',
    'if (lastExecSec === undefined) return PASS;',
    FOR_THE_TYPES,
    [['lastExecSec === undefined', 'false']],
  ),
];
