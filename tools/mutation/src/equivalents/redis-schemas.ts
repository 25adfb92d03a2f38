import { type Equivalent, FOR_THE_TYPES, NO_RETURN, ofLine } from './equivalent.js';

export const REDIS_SCHEMAS: readonly Equivalent[] = [
  ...ofLine(
    'libs/redis-schemas/src/gate-reads.ts',
    'markPriceUsd: markPriceUsd !== undefined && markPriceUsd > 0 ? markPriceUsd : undefined,',
    FOR_THE_TYPES,
    [['markPriceUsd !== undefined', 'true']],
  ),
  ...ofLine(
    'libs/redis-schemas/src/gate-reads.ts',
    "if (typeof symbol !== 'string' || typeof tsSec !== 'number' || !Number.isFinite(tsSec)) return 'invalid';",
    'what is not a number is not finite; the check is for the type checker',
    [["typeof tsSec !== 'number'", 'false']],
  ),
  ...ofLine(
    'libs/redis-schemas/src/gate-reads.ts',
    'try {',
    'JSON has such a word in strings alone, which the second attempt leaves as they are',
    [['{', '{}']],
  ),
  ...ofLine('libs/redis-schemas/src/gate-reads.ts', '} catch {', NO_RETURN, [['{', '{}']]),
  ...ofLine(
    'libs/redis-schemas/src/gate-reads.ts',
    'const STRING_OR_WORD = /"(?:[^"\\\\]+|\\\\[^]?)*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g;',
    'one character at a time matches the same text',
    [
      [
        '/"(?:[^"\\\\]+|\\\\[^]?)*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g',
        '/"(?:[^"\\\\]|\\\\[^]?)*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g',
      ],
    ],
  ),
  ...ofLine(
    'libs/redis-schemas/src/gate-reads.ts',
    'const STRING_OR_WORD = /"(?:[^"\\\\]+|\\\\[^]?)*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g;',
    'a backslash at the very end is in a string that does not end, which is no JSON with it or without',
    [
      [
        '/"(?:[^"\\\\]+|\\\\[^]?)*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g',
        '/"(?:[^"\\\\]+|\\\\[^])*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g',
      ],
    ],
  ),
];
