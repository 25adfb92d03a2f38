import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as s from './index.js';

/** Parsed HMGET replies, in the order of each field list. */

it('asks for the contract’s fields', () => {
  expect(s.EFFICIENCY_FIELDS).toEqual(['efficiency_score', 'confidence', 'ts']);
  expect(s.TARGET_FIELDS).toEqual(['target_usd', 'timestamp', 'base_target_usd']);
  expect(s.BUDGET_FIELDS).toEqual(['mode', 'timestamp']);
  expect(s.ALLOCATION_FIELDS).toEqual(['target_usd', 'mode', 'timestamp']);
  expect(s.BASED_ALLOCATION_FIELDS).toEqual(['target_usd', 'mode', 'timestamp', 'base_target_usd']);
  expect(s.POSITION_FIELDS).toEqual(['position_amt', 'mark_price', 'ts_epoch']);
});

describe('efficiency', () => {
  const read = { state: 'read', score: 0.9, confidence: 0.8, tsSec: 100, tsText: '100' };
  it.each([
    [['0.9', '0.8', '100'], read],
    [['0.9', '0.8', ' 1e2 '], { ...read, tsText: ' 1e2 ' }],
    [['7', '-1', '100'], { ...read, score: 7, confidence: -1 }],
    [['nan', null, '100'], { ...read, score: undefined, confidence: undefined }],
    [['', '', ''], { state: 'read', score: undefined, confidence: undefined, tsSec: undefined, tsText: '' }],
    [
      [null, null, 'soon'],
      { state: 'read', score: undefined, confidence: undefined, tsSec: undefined, tsText: 'soon' },
    ],
    [['0.9', null, null], { ...read, confidence: undefined, tsSec: undefined, tsText: '' }],
    [[null, '0.8', null], { ...read, score: undefined, tsSec: undefined, tsText: '' }],
    [[null, null, null], { state: 'missing' }],
    [[], { state: 'missing' }],
  ])('%j', (values, expected) => {
    expect(s.parseEfficiency(values)).toEqual(expected.state === 'missing' ? expected : { ...expected, values });
  });
});

describe('target', () => {
  it.each([
    [['1000.5', '100'], { state: 'read', targetUsd: 1000.5, timestampText: '100' }],
    [['0', null], { state: 'read', targetUsd: 0, timestampText: '' }],
    [['-0', 'yesterday'], { state: 'read', targetUsd: 0, timestampText: '' }],
    [['1', ' 1e2 '], { state: 'read', targetUsd: 1, timestampText: ' 1e2 ' }],
    [['7', '100', ' 5.5 '], { state: 'read', targetUsd: 5.5, timestampText: '100' }],
    [['7', '100', '0'], { state: 'read', targetUsd: 0, timestampText: '100' }],
    ...['', 'nan', '-1', '1e999', null].map(
      (base) => [['7', '100', base], { state: 'read', targetUsd: 7, timestampText: '100' }] as const,
    ),
    [['-7', '100', '5'], { state: 'invalid' }],
    [[null, null, '5'], { state: 'invalid' }],
    [['-0.01', '100'], { state: 'invalid' }],
    [['inf', '100'], { state: 'invalid' }],
    [['1e309', '100'], { state: 'invalid' }],
    [['', '100'], { state: 'invalid' }],
    [[null, '100'], { state: 'invalid' }],
    [[null, null], { state: 'missing' }],
  ])('%j', (values, expected) => {
    expect(s.parseTarget(values)).toEqual(expected.state === 'missing' ? expected : { ...expected, values });
  });
});

describe('budget', () => {
  it.each([
    [['enforce', '100'], { enforce: true, tsSec: 100 }],
    [['ENFORCE ', 'x'], { enforce: true, tsSec: undefined }],
    [['shadow', '100'], { enforce: false, tsSec: 100 }],
    [['enforce'.padEnd(1024), '100'], { enforce: true, tsSec: 100 }],
    [['enforce'.padEnd(1025), '100'], { enforce: false, tsSec: 100 }],
    [[null, null], { enforce: false, tsSec: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseBudget(values)).toEqual(expected);
  });
});

describe('allocation', () => {
  it.each([
    [['5', 'enforce', '100'], { enforce: true, tsSec: 100, targetUsd: 5 }],
    [['0', 'enforce', '100'], { enforce: true, tsSec: 100, targetUsd: 0 }],
    [['-1', 'shadow', ''], { enforce: false, tsSec: undefined, targetUsd: 0 }],
    [['-1e300', 'enforce', '1'], { enforce: true, tsSec: 1, targetUsd: 0 }],
    [['x', null, null], { enforce: false, tsSec: undefined, targetUsd: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseAllocation(values)).toEqual(expected);
  });

  it.each<[(string | null)[], number | undefined]>([
    [['5', 'enforce', '100', '7'], 7],
    [['5', 'enforce', '100', '0'], 0],
    [['5', 'enforce', '100', '-1'], 5],
    [['5', 'enforce', '100', 'nan'], 5],
    [['5', 'enforce', '100', null], 5],
    [['5'], 5],
    [['-1', 'enforce', '100', null], 0],
    [['-1', 'enforce', '100', '7'], 7],
    [['0', null, null, '-7'], 0],
    [['x', 'enforce', '100', '7'], undefined],
    [[null, 'enforce', '100', '7'], undefined],
    [[], undefined],
  ])('begins at the base that P2.9 states, else at its target: %j', (values, expected) => {
    expect(s.allocationBaseUsd(s.parseAllocation(values), values)).toBe(expected);
  });
});

describe('position', () => {
  it.each([
    [['-1.5', '200', '99.5'], { amount: -1.5, markPriceUsd: 200, tsSec: 99.5 }],
    [['-1.5', '200', 'now'], { amount: -1.5, markPriceUsd: 200 }],
    [['-1.5', null, '99.5'], { amount: -1.5, markPriceUsd: undefined, tsSec: 99.5 }],
    [['0', null, null], { amount: 0, markPriceUsd: undefined }],
    [['1', '0', null], { amount: 1, markPriceUsd: undefined }],
    [['1', '-5', null], { amount: 1, markPriceUsd: undefined }],
    [['x', '5', null], { amount: undefined, markPriceUsd: 5 }],
    [[null, '5', null], { amount: undefined, markPriceUsd: 5 }],
    [[null, null, null], { amount: 0, markPriceUsd: undefined }], // No hash means no position.
  ])('%j', (values, expected) => {
    expect(s.parsePosition(values)).toEqual({ tsSec: undefined, ...expected });
  });
});

describe('budget violation', () => {
  const violation = (overBudget: string, timestamp = '100') =>
    `{"symbol":"X","over_budget":${overBudget},"timestamp":${timestamp}}`;
  it.each([
    ...['true', '1', '120.5', '-1', '"true"', '"false"', '{}', 'NaN', 'Infinity', '-Infinity'].map(
      (over) => [violation(over), { symbol: 'X', tsSec: 100 }] as const,
    ),
    [violation('true', '"100.5"'), { symbol: 'X', tsSec: 100.5 }],
    ...['false', '0', '0.0', '-0', 'null'].map((over) => [violation(over), 'none'] as const),
    ['{"symbol":"X","timestamp":100}', 'none'],
    [violation('true', '1e999'), 'invalid'],
    ...['NaN', 'Infinity', '-Infinity', '"NaN"'].map((time) => [violation('true', time), 'invalid'] as const),
    ['{"symbol":NaN,"over_budget":true,"timestamp":1}', 'invalid'],
    [violation('true', '100,"score":NaN,"worst":-Infinity,"best":Infinity'), { symbol: 'X', tsSec: 100 }],
    ['{"note":"NaN \\"Infinity","symbol":"NaN","over_budget":true,"timestamp":7}', { symbol: 'NaN', tsSec: 7 }],
    [violation('true', '"soon"'), 'invalid'],
    [violation('true', 'null'), 'invalid'],
    [violation('true', '[100]'), 'invalid'],
    [violation('true', 'true'), 'invalid'],
    ['{"symbol":7,"over_budget":true,"timestamp":1}', 'invalid'],
    ['{"over_budget":true,"timestamp":1}', 'invalid'],
    ...[
      '',
      '{',
      'null',
      '7',
      '"x"',
      '{"over_budget":NaN}',
      'NaN',
      '{"a":NaNs}',
      '{"a":1NaN}',
      '{"a":--Infinity}',
      '{NaN:1}',
    ].map((json) => [json, 'invalid'] as const),
    [undefined, 'invalid'],
  ])('%s', (json, expected) => {
    expect(s.parseViolation(json)).toEqual(expected);
  });
});

describe('JSON as Python writes it', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('NaN', '-Infinity', '"', '\\', '\n', ' ') }));
  /** Any JSON value, including numbers that are not finite, and the text that Python's json.dumps gives. */
  const value = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('node')), fc.dictionary(text, tie('node'))),
    leaf: fc.oneof(text, fc.double(), fc.constantFrom(NaN, Infinity, -Infinity), fc.boolean(), fc.constant(null)),
  })).node;
  const python = (given: unknown): string => {
    if (typeof given === 'number') return String(given);
    if (Array.isArray(given)) return `[${given.map(python).join(', ')}]`;
    if (typeof given !== 'object' || given === null) return JSON.stringify(given);
    return `{${Object.entries(given).map(([name, each]) => `${JSON.stringify(name)}: ${python(each)}`).join(', ')}}`; // prettier-ignore
  };
  const notFinite = (given: unknown): unknown => {
    if (typeof given === 'number') return Number.isFinite(given) ? given + 0 : Infinity;
    if (Array.isArray(given)) return given.map(notFinite);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, notFinite(each)]));
  };

  it('is read as Python meant it, with its strings unchanged', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(JSON.stringify(s.parsePythonJson(python(given)))).toBe(JSON.stringify(notFinite(given)));
      }),
      { numRuns: 500 },
    );
  });

  it('is refused if it is not even that, in linear time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('NaN', 'Infinity', '-', '"', '\\', '{', '}', ':', ',', '1', 'n') }),
        (given) => {
          const words = s.parsePythonJson(given);
          // Without such a word the text is JSON or refused.
          if (!/NaN|Infinity/.test(given)) expect(words).toEqual(parsed(given));
        },
      ),
    );
    expect(s.parsePythonJson('"\\"'.repeat(200_000))).toBeUndefined();
    expect(s.parsePythonJson(`"${'\\'.repeat(200_001)}`)).toBeUndefined();
  });

  function parsed(given: string): unknown {
    try {
      return JSON.parse(given);
    } catch {
      return undefined;
    }
  }
});
