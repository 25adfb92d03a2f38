import { type Equivalent, ofLine } from './equivalent.js';

export const SHADOW_EVIDENCE: readonly Equivalent[] = [
  ...ofLine(
    'libs/shadow-evidence/src/replay-decision.ts',
    "if (reading.state === 'unreadable') return { readable: false };",
    'what is not readable: true is unreadable',
    [['{ readable: false }', '{}']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/replay-decision.ts',
    "const value = reading.state === 'missing' ? [null, null, null] : [full(score), full(confidence), reading.tsText];",
    'a field that is absent is null to the parser',
    [['[null, null, null]', '[]']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/replay-decision.ts',
    'if (known) return known;',
    'a decorator made anew answers the same; the check spares making it',
    [['known', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/replay-decision.ts',
    'closesByActionOnly: false,',
    'the hint does not look at it',
    [['false', 'true']],
  ),
  ...ofLine('libs/shadow-evidence/src/replay-decision.ts', 'stopUpdate: false,', 'the hint does not look at it', [
    ['false', 'true'],
  ]),
  ...ofLine('libs/shadow-evidence/src/replay-decision.ts', 'unreadableFields: [],', 'the hint does not look at it', [
    ['[]', '["Stryker was here"]'],
  ]),
];
