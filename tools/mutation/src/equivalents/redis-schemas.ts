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
    'a value that is not a number is not finite; the check is for the type checker',
    [["typeof tsSec !== 'number'", 'false']],
  ),
  ...ofLine('libs/redis-schemas/src/text.ts', '} catch {', NO_RETURN, [['{', '{}']]),
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
    'a backslash at the very end is in an unterminated string, which is not JSON with or without it',
    [
      [
        '/"(?:[^"\\\\]+|\\\\[^]?)*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g',
        '/"(?:[^"\\\\]+|\\\\[^])*"?|(?<![\\w.+-])(?:-?Infinity|NaN)(?!\\w)/g',
      ],
    ],
  ),
  ...ofLine(
    'libs/redis-schemas/src/text.ts',
    "const [, sign, whole = '0', fraction, bareFraction, exponent = ''] = PARTS.exec(text) ?? [];",
    'PARTS matches every text that parseLongNumber reads; the list is for the type checker',
    [['[]', '["Stryker was here"]']],
  ),
  ...ofLine(
    'libs/redis-schemas/src/text.ts',
    'if (text === null || text === undefined || !DECIMAL.test(text)) return undefined;',
    'null and undefined are matched as words, which are not numbers; the check is for the type checker',
    [
      ['text === null || text === undefined', 'false'],
      ['text === null || text === undefined', 'text === null && text === undefined'],
      ['text === null', 'false'],
      ['text === undefined', 'false'],
    ],
  ),
  ...ofLine(
    'libs/redis-schemas/src/text.ts',
    'if (text === null || text === undefined || parseLongNumber(text) === undefined) return undefined;',
    'parseLongNumber reads neither; the check is for the type checker',
    [
      ['text === null || text === undefined', 'false'],
      ['text === null || text === undefined', 'text === null && text === undefined'],
      ['text === null', 'false'],
      ['text === undefined', 'false'],
    ],
  ),
  ...ofLine('libs/redis-schemas/src/text.ts', 'if (ms !== otherMs) return ms > otherMs;', 'they are not equal there', [
    ['ms > otherMs', 'ms >= otherMs'],
  ]),
  ...ofLine(
    'libs/redis-schemas/src/text.ts',
    'const PARTS = /^\\s*([+-]?)(?:0*(\\d+)(?:\\.(\\d*))?|\\.(\\d+))([eE][+-]?\\d+)?\\s*$/;',
    'a text that parseLongNumber reads matches from its beginning to its end anyway: every part takes all it can',
    [
      [
        '/^\\s*([+-]?)(?:0*(\\d+)(?:\\.(\\d*))?|\\.(\\d+))([eE][+-]?\\d+)?\\s*$/',
        '/\\s*([+-]?)(?:0*(\\d+)(?:\\.(\\d*))?|\\.(\\d+))([eE][+-]?\\d+)?\\s*$/',
      ],
      [
        '/^\\s*([+-]?)(?:0*(\\d+)(?:\\.(\\d*))?|\\.(\\d+))([eE][+-]?\\d+)?\\s*$/',
        '/^\\s*([+-]?)(?:0*(\\d+)(?:\\.(\\d*))?|\\.(\\d+))([eE][+-]?\\d+)?\\s*/',
      ],
    ],
  ),
];
