import { describe, expect, it } from '@jest/globals';
import { utc } from '@quantum/read-model';
import fc from 'fast-check';
import { columns, duration } from '../texts.js';
import { subjectText } from './texts.js';

describe('texts', () => {
  it('name durations in the unit that a person takes', () => {
    expect([0.4, 119, 120, 7199, 7200, 172_799, 172_800].map(duration)).toEqual([
      '0 s', '119 s', '2 min', '120 min', '2.0 h', '48.0 h', '2.0 days',
    ]); // prettier-ignore
  });

  it('name times, and what is none', () => {
    expect(utc(1_763_386_800.9)).toBe('2025-11-17 13:40:00 UTC');
    expect([NaN, Infinity, 1e300].map(utc)).toEqual(Array(3).fill('an unknown time'));
  });

  it('say what a command named, from any text', () => {
    expect(subjectText('{"plan":"0123456789ab","stage":"half"}')).toBe('plan=0123456789ab stage=half');
    expect(subjectText('{"symbols":["A","B","C","D","E","F"]}')).toBe('symbols=A,B,C,D,E… (6)');
    expect(subjectText('{"plan":{"toString":[]},"symbols":[{"toString":1}]}')).toBe(
      'plan={"toString":[]} symbols={"toString":1}',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof subjectText(text)).toBe('string');
      }),
    );
  });

  it('stand in columns', () => {
    expect(columns(['A', 'LONG'], [['xyz', '1'], ['y']])).toBe('A    LONG\nxyz  1\ny\n');
  });
});
