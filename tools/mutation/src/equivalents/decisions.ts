import { type Equivalent, ofLine } from './equivalent.js';

export const DECISIONS: readonly Equivalent[] = [
  ...ofLine(
    'libs/decisions/src/plan/again.ts',
    'const annotations = outcome.refusal ? [] : [hintAgain(recorded, policy)];',
    "a text has no inputs, so that it adds none; a refusal's record asks no annotation for anything else",
    [['[]', '["Stryker was here"]']],
  ),
  ...ofLine(
    'libs/decisions/src/plan/inputs/facts.ts',
    "const sign = signOf(side === 'buy' || side === 'sell' ? side : undefined) || (heldUsd + inFlightUsd < 0 ? -1 : 1);",
    'the check is for the type checker: `signOf` gives 0 for any other side, as for none',
    [["side === 'buy' || side === 'sell'", 'true']],
  ),
];
