import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import { parseNumber } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { boolean, host, integer, number, oneOf, port, text, url } from './variable.js';
import type { Variable } from './variable.js';

const NOT_ALLOWED = Symbol('not allowed');
const read = (variable: Variable, value: string): unknown => {
  const parsed = variable.schema.safeParse(value);
  return parsed.success ? parsed.data : NOT_ALLOWED;
};
const about = { property: 'value', describe: 'a value' } as const;

describe('number', () => {
  it('accepts a text if and only if the contract calls it a number', () => {
    const decimalText = fc
      .tuple(fc.constantFrom('', ' ', '\t'), fc.double(), fc.constantFrom('', ' '))
      .map((t) => t.join(''));
    fc.assert(
      fc.property(fc.oneof(decimalText, fc.stringMatching(/^[ 0-9a-fx.eE+,_-]{0,12}$/), fc.string()), (value) => {
        expect(read(number(about), value)).toBe(parseNumber(value) ?? NOT_ALLOWED);
      }),
    );
  });

  it.each(['0x10', '1_000', '1,5', 'NaN', 'Infinity', '1e999', 'ten', '--1', '1 2'])('refuses %s', (value) => {
    expect(read(number(about), value)).toBe(NOT_ALLOWED);
  });

  it('keeps to its range', () => {
    const closed = number({ ...about, min: 0, max: 1 });
    const open = number({ ...about, above: 0, below: 1 });
    fc.assert(
      fc.property(uniform(-2, 3), (value) => {
        expect(read(closed, String(value)) !== NOT_ALLOWED).toBe(value >= 0 && value <= 1);
        expect(read(open, String(value)) !== NOT_ALLOWED).toBe(value > 0 && value < 1);
      }),
    );
    expect([read(closed, '0'), read(closed, '1'), read(open, '0'), read(open, '1')]).toEqual([
      0,
      1,
      NOT_ALLOWED,
      NOT_ALLOWED,
    ]);
  });

  it('takes as a value of JSON what it takes as text', () => {
    const kinds = [number({ ...about, min: 0, max: 1 }), number({ ...about, above: 0, below: 1 }), integer(about)];
    fc.assert(
      fc.property(fc.oneof(fc.double(), uniform(-2, 3), fc.integer({ min: -2, max: 2 })), (value) => {
        for (const kind of kinds) {
          expect(kind.value?.safeParse(value).success).toBe(read(kind, String(value)) !== NOT_ALLOWED);
        }
      }),
    );
    expect([true, 'true', 1].map((value) => boolean(about).value?.safeParse(value).success)).toEqual([
      true,
      false,
      false,
    ]);
    expect(text(about).value).toBeUndefined();
  });

  it('says its range in words', () => {
    expect(number(about).allowed).toBe('a number');
    expect(number({ ...about, min: 0, max: 1 }).allowed).toBe('a number in 0..1');
    expect(number({ ...about, above: 0, max: 1 }).allowed).toBe('a number > 0 and <= 1');
    expect(number({ ...about, min: 1, below: 9 }).allowed).toBe('a number >= 1 and < 9');
    expect(integer({ ...about, min: 1 }).allowed).toBe('a whole number >= 1');
  });
});

describe('the other kinds', () => {
  it('integer takes exact whole numbers', () => {
    expect(['1e3', '-2', '3.0'].map((value) => read(integer(about), value))).toEqual([1000, -2, 3]);
    expect(['1.5', '9007199254740993', ''].map((value) => read(integer(about), value))).toEqual(
      Array(3).fill(NOT_ALLOWED),
    );
  });

  it('port knows whether 0 means any free port', () => {
    expect([read(port(about), '6379'), read(port(about), '0'), read(port(about), '65536')]).toEqual([
      6379,
      NOT_ALLOWED,
      NOT_ALLOWED,
    ]);
    expect(read(port({ ...about, anyFree: true }), '0')).toBe(0);
  });

  it('boolean takes true, false, 1, 0 without regard to case, and no other word', () => {
    expect(['true', 'True', '1', 'FALSE', '0'].map((v) => read(boolean(about), v))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(['yes', 'on', 'off', '2', 'truee'].map((v) => read(boolean(about), v))).toEqual(Array(5).fill(NOT_ALLOWED));
  });

  it('oneOf takes the words it lists', () => {
    const role = oneOf(['issue', 'annotate'], about);
    expect([read(role, 'issue'), read(role, 'Issue'), read(role, '')]).toEqual(['issue', NOT_ALLOWED, NOT_ALLOWED]);
    expect(role.allowed).toBe('one of issue, annotate');
  });

  it('text takes what matches its pattern', () => {
    const stream = text({ ...about, pattern: /^\S+$/, allowed: 'a name without blanks' });
    expect([read(text(about), 'a b'), read(stream, 'a:b'), read(stream, 'a b')]).toEqual(['a b', 'a:b', NOT_ALLOWED]);
  });

  it('host takes names and addresses, no URLs', () => {
    expect(
      ['localhost', '127.0.0.1', '::1', 'redis-0.redis'].filter((v) => read(host(about), v) === NOT_ALLOWED),
    ).toEqual([]);
    expect(['http://a', 'a b', 'a/b'].map((v) => read(host(about), v))).toEqual(Array(3).fill(NOT_ALLOWED));
  });

  it('url takes the schemes it lists', () => {
    const redis = url({ ...about, schemes: ['redis', 'rediss'] });
    expect(read(redis, 'rediss://u:p@h:1/0')).toBe('rediss://u:p@h:1/0');
    expect(['http://h', 'h:1', 'redis://h:port'].map((v) => read(redis, v))).toEqual(Array(3).fill(NOT_ALLOWED));
  });
});
