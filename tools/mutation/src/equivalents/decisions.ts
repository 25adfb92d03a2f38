import { type Equivalent, ofLine } from './equivalent.js';

export const DECISIONS: readonly Equivalent[] = [
  ...ofLine(
    'libs/decisions/src/plan/replay.ts',
    '? []',
    "a text has no inputs, so that it adds none; a refusal's record asks no annotation for anything else",
    [['[]', '["Stryker was here"]']],
  ),
  ...ofLine(
    'libs/decisions/src/plan/inputs/facts.ts',
    "const sign = signOf(side === 'buy' || side === 'sell' ? side : undefined) || (heldUsd + inFlightUsd < 0 ? -1 : 1);",
    'the check is for the type checker: `signOf` gives 0 for any other side, as for none',
    [["side === 'buy' || side === 'sell'", 'true']],
  ),
  ...ofLine(
    'libs/decisions/src/plan/add-new.ts',
    'for (let i = additions.length - 1; i >= 0; i -= 1) {',
    'there is nothing behind the end of the list, and undefined has no names to add',
    [['additions.length - 1', 'additions.length + 1']],
  ),
  ...ofLine(
    'libs/decisions/src/plan/decide.ts',
    'const plan = closing === candidate.plan.closing ? candidate.plan : { ...candidate.plan, closing };',
    'a copy of the plan with the same `closing` is equal to it; the check spares the copy',
    [['closing === candidate.plan.closing', 'false']],
  ),
  ...ofLine(
    'libs/decisions/src/plan/decide.ts',
    '? []',
    'a text has no inputs to add to those of a refusal, which has no permit that its fields would be added to',
    [['[]', '["Stryker was here"]']],
  ),
  ...ofLine(
    'libs/decisions/src/plan/gate-results.ts',
    'if (!known) gateResults.set(gate, (known = []));',
    'a text has no mode, so it is never the result that is looked for',
    [['[]', '["Stryker was here"]']],
  ),
  ...ofLine(
    'libs/decisions/src/score/closed-json.ts',
    '} catch {',
    'a function that ends without a value returns undefined too',
    [['{', '{}']],
  ),
  ...ofLine(
    'libs/decisions/src/score/inputs.ts',
    "position.state === 'read' && isFresh(position.tsSec, nowSec, parameters.staleSec, parameters.maxFutureSec);",
    'a position that was not read has no time, so it is not fresh; the check is for the type checker',
    [["position.state === 'read'", 'true']],
  ),
  ...ofLine(
    'libs/decisions/src/score/inputs.ts',
    "const mark = read.state === 'read' ? within({ value: read.markPriceUsd, atSec: read.tsSec }, priceAgeSec) : 'missing';",
    'a position that was not read has no mark price; the check is for the type checker',
    [["read.state === 'read'", 'true']],
  ),
  ...ofLine(
    'libs/decisions/src/proposal/decide.ts',
    "if (target.state !== 'read') return { skip: 'invalid_target' };",
    'a target that was not read has no amount, from which no proposal is made either; the check is for the type checker',
    [["target.state !== 'read'", 'false']],
  ),
];
