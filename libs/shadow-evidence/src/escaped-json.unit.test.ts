import { describe, expect, it } from '@jest/globals';
import { anyText, finite, timeAround, uniform, usd } from '@quantum/generators';
import fc from 'fast-check';
import { EscapedJson, escapedJson } from './escaped-json.js';

/** What is read at the beginning of a text, and the text behind it. */
function read(text: string): [value: unknown, rest: string] {
  const json = new EscapedJson(`x${text}`);
  json.at = 1;
  return [json.scalar(), json.text.slice(json.at)];
}

const END = fc.constantFrom('', ',', '}', '\\"');
const isCanonical = (text: string): boolean => String(Number(text)) === text && Number.isFinite(Number(text));

describe('a number of a JSON text', () => {
  it('is read as Number reads it where it is what String writes', () => {
    const number = fc.oneof(finite, usd(), timeAround(1.7e9, 400, 100), uniform(-1, 1), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(number, END, (value, end) => {
        expect(read(`${value}${end}`)).toEqual([Number(String(value)), end]); // -0 is written as 0
      }),
      { numRuns: 5000 },
    );
  }); // prettier-ignore

  it('is refused where it is written in another way, and only there', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '0', '1', '2', '5', '8', '9'), maxLength: 18 });
    const exponent = fc.constantFrom('', '', '', 'e', 'e-7', 'e+21', 'e21', 'E5', 'e300', 'e999');
    const aNumber = fc.tuple(fc.constantFrom('', '-', '+'), digits, fc.constantFrom('', '.', '..'), digits, exponent);
    fc.assert(
      fc.property(aNumber.map((parts) => parts.join('')), (text) => {
        const [value, rest] = read(`${text},`);
        if (isCanonical(text)) expect([value, rest]).toEqual([Number(text), ',']);
        else expect(value === undefined || rest !== ',').toBe(true);
      }),
      { numRuns: 20_000 },
    );
  }); // prettier-ignore

  it.each(['0', '-1', '0.5', '100', '123456789012345', '1234567890123456', '0.000001', '1e-7', '1e+21', '98.76141199999999'])('%s is canonical', (text) => {
    expect(read(text)).toEqual([Number(text), '']);
  }); // prettier-ignore

  it.each(['-0', '0.0', '01', '1.0', '1.', '.5', '-', '-.5', '1e21', '1e5', '0.0000001', '123456789012345678', '0.30000000000000001', 'e5', '+1', ''])('%s is not', (text) => {
    expect(read(text)[0]).toBeUndefined();
  }); // prettier-ignore
});

describe('another value of a JSON text', () => {
  it('is read where its characters are in a string as they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText(), fc.boolean(), fc.constant(null)), END, (value, end) => {
        const isPlain = typeof value !== 'string' || /^[ !#-[\]-~]*$/.test(value);
        const [again, rest] = read(`${escapedJson(value)}${end}`);
        if (isPlain) expect([again, rest]).toEqual([value, end]);
        else expect(again).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  }); // prettier-ignore

  it.each(['"a"', '\\"a"', '\\"a', 'a\\"', '\\', 'tru', 'nul', ' 1', '{}', '[]'])('%s is refused', (text) => {
    expect(read(text)[0]).toBeUndefined();
  });

  it('in escapes is what another JSON text has in its string', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(JSON.parse(`"${escapedJson(value)}"`) as string)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
