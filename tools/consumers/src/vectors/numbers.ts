import { fixed, full, parseNumber } from '@quantum/redis-schemas';
import { mulberry32 } from '@quantum/testbed';
import type { Case, Vectors } from './file.js';
import { ODD_NUMBERS, ROUNDING_NUMBERS } from './odd.js';

interface Given {
  /** As in Redis. */
  text: string;
}

const random = mulberry32(1);
const RANDOM = Array.from({ length: 40 }, (_, i) => String(random() * 10 ** ((i % 16) - 6)));
/** The longest text that is a number in a hash, and a longer one. */
const LONG = [`0.${'1'.repeat(1022)}`, `0.${'1'.repeat(1023)}`, `${'0'.repeat(1024)}1`];
const texts = [...new Set([...ODD_NUMBERS, ...ROUNDING_NUMBERS, '-1.5', '-0.001', '-2.675', ...LONG, ...RANDOM])];

/** How numbers are parsed and formatted, the basis of everything else. */
export const numbers: Vectors<Given> = {
  about: 'How a number is read from text (null: it is none) and written again. See docs/integration.md, Numbers.',
  config: {},
  cases: texts.map((text): Case<Given> => ({
    name: `number ${text.length > 100 ? `of ${text.length} characters, ${text.slice(0, 3)}...` : JSON.stringify(text)}`,
    given: { text },
  })),
  answer: ({ text }) => {
    const value = parseNumber(text);
    if (value === undefined) return { full: null };
    return {
      full: full(value),
      decimals_2: fixed(value, 2),
      decimals_3: fixed(value, 3),
      decimals_4: fixed(value, 4),
      rounded: value < 0 ? null : String(Math.round(value)),
    };
  },
};
