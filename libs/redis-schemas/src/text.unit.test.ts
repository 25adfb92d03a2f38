import { describe, expect, it } from '@jest/globals';
import { finite, score, usd } from '@quantum/generators';
import fc from 'fast-check';
import {
  entryIdMs,
  fieldsOf,
  fixed,
  flag,
  full,
  isKillOn,
  isLaterId,
  jsonNumber,
  KILL_BYTES,
  parseBoolean,
  parseLongNumber,
  parseNumber,
} from './index.js';

/** The grammar again, by splitting instead of matching, as a reader in another language might write it. */
function oracle(text: string): number | undefined {
  const digits = (part: string) => Array.from(part).every((c) => '0123456789'.includes(c));
  const unsigned = (part: string) => (part.startsWith('+') || part.startsWith('-') ? part.slice(1) : part);
  const blank = (c: string | undefined) => c !== undefined && ' \t\r\n\f\v'.includes(c);
  const chars = Array.from(text);
  while (blank(chars[0])) chars.shift();
  while (blank(chars.at(-1))) chars.pop();
  const [mantissa = '', exponent, ...more] = unsigned(chars.join('')).replace('E', 'e').split('e');
  const [whole = '', fraction = '', ...rest] = mantissa.split('.');
  if (more.length > 0 || rest.length > 0 || whole + fraction === '' || !digits(whole + fraction)) return undefined;
  if (exponent !== undefined && (unsigned(exponent) === '' || !digits(unsigned(exponent)))) return undefined;
  const value = parseFloat(chars.join(''));
  return Number.isFinite(value) ? value + 0 : undefined;
}

describe('parseNumber', () => {
  it.each([
    ['0', 0],
    ['1700000000', 1700000000],
    ['+0.65', 0.65],
    ['-2.5', -2.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1.5E-2', 0.015],
    [' \t0.9\r\n', 0.9],
    ['\v\f0.9\f\v', 0.9],
    ['007', 7],
    ['-0', 0],
    ['1e-400', 0],
  ])('reads %j', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  const notNumbers = ['', ' ', '.', '+', 'e3', '1e', '1e+', '1.2.3', '--1', '+-1', '1 2', '1_000', '1,000', '0,5'];
  const words = ['0x10', '0b1', 'nan', 'NaN', 'inf', 'Infinity', '-Infinity', '1e400', '1f', '1n', '50%', '$1', 'true'];
  it.each([...notNumbers, ...words, 'V1', '1V', '\u00a01', '\u0661', '\uff11', '1\0', null, undefined])(
    'refuses %j',
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
    },
  );

  it('agrees with an independent reading of the grammar', () => {
    const pieces = [' ', '\t', '\n', '\u00a0', '+', '-', '.', 'e', 'E', '0', '7', '12', '400', '_', ',', 'x', 'nan'];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string(), fc.double().map(String), usd().map(String)), (t) => {
        expect(parseNumber(t)).toBe(oracle(t));
      }),
      { numRuns: 3000 },
    );
  });

  // Found by review: `\d+\.?\d*` backtracked quadratically and took minutes for a text of this size.
  it.each(['1', '.1', '1.', ' ', '1 ', '1e1'])('refuses a megabyte of %j and a letter', (piece) => {
    expect(parseLongNumber(`${piece.repeat(1_000_000)}x`)).toBeUndefined();
  });

  it.each(['1', '0', ' '])(
    'refuses text of more than 1,024 characters, %j in front, that is otherwise a number',
    (piece) => {
      expect(parseNumber(`${piece.repeat(1023)}5`)).toBe(parseLongNumber(`${piece.repeat(1023)}5`));
      expect(parseNumber(`${piece.repeat(1024)}5`)).toBeUndefined();
    },
  );

  it('reads numbers of any length in a plan', () => {
    expect(parseLongNumber(`0.${'1'.repeat(1_000_000)}`)).toBe(0.1111111111111111);
  });
});

describe('booleans', () => {
  it.each(['true', 'True', 'TRUE', '1', ' true '])('%j is true', (text) => {
    expect(parseBoolean(text)).toBe(true);
  });
  it.each(['false', 'False', '0', '', 'yes', '01', '1.0', 'truee', null, undefined])('%j is not', (text) => {
    expect(parseBoolean(text)).toBe(false);
  });
  it('flags are 0 and 1', () => {
    expect([flag(false), flag(true)]).toEqual(['0', '1']);
  });
});

describe('isKillOn', () => {
  it.each([null, '', ' ', '0', 'false', 'False', 'off', 'OFF', ' 0\n', '\toFf ', ' '.repeat(64)])(
    '%j is off',
    (text) => {
      expect(isKillOn(text)).toBe(false);
    },
  );
  const on = [
    '1',
    'true',
    'on',
    'yes',
    '2',
    '-1',
    '0.0',
    '00',
    'no',
    'disabled',
    'null',
    'o ff',
    '"0"',
    '\ufffd',
    '\0',
    ' '.repeat(65),
  ];
  it.each(on)('%j is on', (text) => {
    expect(isKillOn(text)).toBe(true);
  });
  it('is on after the largest part of a long text that is read', () => {
    expect(KILL_BYTES).toBe(260);
    const blanks = Buffer.from('\u3000'.repeat(100));
    expect(isKillOn(blanks.subarray(0, KILL_BYTES).toString())).toBe(true);
  });
});

describe('formats', () => {
  it.each([
    [full(0.1 + 0.2), '0.30000000000000004'],
    [full(1e21), '1e+21'],
    [full(-0), '0'],
    [full(undefined), ''],
    [fixed(1234.565, 2), '1234.57'],
    [fixed(0.2 / 0.45, 4), '0.4444'],
    [fixed(0.8005, 3), '0.800'],
    [fixed(1, 4), '1.0000'],
    [fixed(-0, 2), '0.00'],
    [fixed(1e21, 2), '1e+21'],
    [fixed(undefined, 4), ''],
  ])('%j is %j', (text, expected) => {
    expect(text).toBe(expected);
  });

  it('full loses nothing', () => {
    fc.assert(
      fc.property(fc.oneof(finite, usd(), score), (x) => {
        expect(parseNumber(full(x))).toBe(x + 0);
      }),
    );
  });
  it('fixed always reads back, to half a unit of its last decimal', () => {
    fc.assert(
      fc.property(fc.oneof(finite, usd(), score), fc.integer({ min: 0, max: 6 }), (x, digits) => {
        const back = parseNumber(fixed(x, digits)) ?? NaN;
        expect(Math.abs(back - x)).toBeLessThanOrEqual(0.5 * 10 ** -digits * (1 + 1e-9) + Math.abs(x) * 2 ** -52);
      }),
    );
  });
});

describe('stream entries', () => {
  it('become objects; the last of a repeated field counts, a lone name is dropped', () => {
    const fields = fieldsOf(['symbol', 'A', 'qty', '1', 'symbol', 'B', 'lone']);
    expect({ ...fields }).toStrictEqual({ symbol: 'B', qty: '1' });
  });
  it('cannot reach the prototype', () => {
    const fields = fieldsOf(['__proto__', 'x', 'constructor', 'y']);
    expect(Object.entries(fields)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect('toString' in fieldsOf([])).toBe(false);
  });
  it('have their milliseconds in the id', () => {
    expect(entryIdMs('1700000000123-45')).toBe(1700000000123);
  });

  it.each([
    ['10-0', '9-0', true],
    ['9-10', '9-9', true],
    ['9-9', '9-9', false],
    ['9-9', '10-0', false],
    ['1-0', '', true],
  ])('%s is later than %s: %s', (id, other, later) => {
    expect(isLaterId(id, other)).toBe(later);
  });

  it('are in the order of their milliseconds, then of their counters', () => {
    const part = fc.oneof(fc.integer({ min: 0, max: 120 }), fc.maxSafeNat());
    fc.assert(
      fc.property(part, part, part, part, (ms, count, otherMs, otherCount) => {
        const isLater = ms > otherMs || (ms === otherMs && count > otherCount);
        expect(isLaterId(`${ms}-${count}`, `${otherMs}-${otherCount}`)).toBe(isLater);
        expect(isLaterId(`${ms}-${count}`, `${ms}-${otherCount}`)).toBe(count > otherCount);
      }),
    );
  });
});

describe('jsonNumber', () => {
  it.each([
    ['0.12345678901234567890', '0.12345678901234567890'],
    [' +007.50 ', '7.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['.5e-3', '0.5e-3'],
    ['00', '0'],
    ['0.0', '0.0'],
    ['1E+05', '1E+05'],
    ['000e5', '0e5'],
    ['-0.0', '0'],
    ['-1e-400', '0'],
    ['-01.5', '-1.5'],
    ['9007199254740993', '9007199254740993'],
  ])('writes %j as %s', (text, json) => {
    expect(jsonNumber(text)).toBe(json);
  });

  const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '5', '8', '9'), maxLength: 30 });
  const decimal = fc
    .tuple(
      fc.constantFrom('', ' ', '+', '\t+', '-'),
      digits,
      fc.option(digits, { nil: undefined }),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), fc.integer({ min: 0, max: 30 })), { nil: undefined }),
      fc.constantFrom('', '\n', '  '),
    )
    .map(([before, whole, fraction, exponent, after]) =>
      [before, whole, fraction === undefined ? '' : `.${fraction}`, exponent?.join('') ?? '', after].join(''),
    );
  /** The exact value: an integer number of 10^-100. */
  const exact = (text: string): bigint => {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^\s*([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?\s*$/.exec(text) ?? [];
    return (
      BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`) * 10n ** BigInt(100 + Number(exponent) - fraction.length)
    );
  };

  it('is JSON, and exactly the value of the text, if that is a number', () => {
    fc.assert(
      fc.property(fc.oneof(decimal, fc.string()), (text) => {
        const json = jsonNumber(text);
        expect(json === undefined).toBe(parseLongNumber(text) === undefined);
        if (json === undefined) return;
        expect(json).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/);
        expect((JSON.parse(json) as number) + 0).toBe(parseLongNumber(text));
        expect(exact(json)).toBe(exact(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('costs linear time', () => {
    for (const text of [
      '0'.repeat(300_000),
      `${'0'.repeat(300_000)}x`,
      ' '.repeat(300_000),
      `.${'1'.repeat(300_000)}`,
    ]) {
      expect(jsonNumber(text) === undefined).toBe(parseLongNumber(text) === undefined);
    }
  });
});
