import { type Equivalent, FOR_THE_TYPES, ofLine } from './equivalent.js';

export const APPLY_HINTS: readonly Equivalent[] = [
  ...ofLine(
    'libs/apply-hints/src/apply.ts',
    'return { cap: cap > 0 && cap < sizing.cap ? cap : sizing.cap, cooldownSec: sizing.cooldownSec + extraSec };',
    'if they are equal, both are the same cap',
    [['cap < sizing.cap', 'cap <= sizing.cap']],
  ),
  ...ofLine(
    'libs/apply-hints/src/read.ts',
    'return number !== undefined && isInRange(number) ? number : undefined;',
    FOR_THE_TYPES,
    [['number !== undefined', 'true']],
  ),
  ...ofLine(
    'libs/apply-hints/src/read.ts',
    'const value = text === null ? undefined : parseJson(text);',
    'JSON.parse(null) is null, which is not an object either; the check is for the type checker',
    [['text === null', 'false']],
  ),
  ...ofLine(
    'libs/apply-hints/src/read.ts',
    "return typeof value === 'object' && value !== null && !Array.isArray(value)",
    'null is returned instead of undefined, and the caller treats neither as an object',
    [['value !== null', 'true']],
  ),
];
