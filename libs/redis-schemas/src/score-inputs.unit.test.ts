import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as s from './index.js';

it('asks for the contract’s fields', () => {
  expect(s.TICKER_FIELDS).toEqual(['markPrice', 'price', 'timestamp']);
  expect(s.ATTRIBUTION_FIELDS).toEqual(['performance_factor', 'ts_utc', 'timestamp']);
});

describe('ticker', () => {
  it.each([
    [['71000.5', '70999', '1770679225500'], { value: 71000.5, atSec: 1770679225.5 }],
    [['0', '70999', '1770679225'], { value: 70999, atSec: 1770679225 }],
    [[null, '70999', null], { value: 70999, atSec: undefined }],
    [['nan', '-1', 'soon'], { value: undefined, atSec: undefined }],
    [[], { value: undefined, atSec: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseTicker(values)).toEqual(expected);
  });
});

describe('attribution', () => {
  it.each([
    [['-0.25', '1770679225', null], { value: -0.25, atSec: 1770679225 }],
    [['1', null, '2026-02-09T23:20:25Z'], { value: 1, atSec: 1770679225 }],
    [['1.01', '1770679225'], { value: undefined, atSec: 1770679225 }],
    [['inf', null], { value: undefined, atSec: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseAttribution(values)).toEqual(expected);
  });
});

describe('reserved capital', () => {
  it.each([
    [['1000', '1770679225', null], { value: 1000, atSec: 1770679225 }],
    [['1500', '1770679225', '1000'], { value: 1000, atSec: 1770679225 }],
    [['-50', '1770679225', '1000'], { value: 1000, atSec: 1770679225 }],
    [['1500', null, ' '], { value: 1500, atSec: undefined }],
    // A base that cannot be used says that the target may be an enforced one.
    [['1500', null, '0'], { value: undefined, atSec: undefined }],
    [['1500', null, 'nan'], { value: undefined, atSec: undefined }],
    [['1500', null, '1e16'], { value: undefined, atSec: undefined }],
    [['1500', null, '-5'], { value: undefined, atSec: undefined }],
    [['-50', '1770679225', null], { value: undefined, atSec: 1770679225 }],
    [['nan', 'nan', 'nan'], { value: undefined, atSec: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseReserved(values)).toEqual(expected);
  });
});

describe('position', () => {
  it.each([
    [[null, null, null], { state: 'absent' }],
    [['-2.5', '10', '1770679225'], { state: 'read', amount: -2.5, markPriceUsd: 10, tsSec: 1770679225 }],
    [['-2.5', null, null], { state: 'read', amount: -2.5, markPriceUsd: undefined, tsSec: undefined }],
    [['long', '10', '1770679225'], { state: 'read', amount: undefined, markPriceUsd: 10, tsSec: 1770679225 }],
  ])('%j', (values, expected) => {
    expect(s.parsePositionReading(values)).toEqual(expected);
  });
});

it('never gives NaN or Infinity', () => {
  const text = fc.option(
    fc.oneof(fc.constantFrom('nan', 'inf', '1e999', '', '-0', '5'), fc.double().map(String), fc.string()),
  );
  fc.assert(
    fc.property(fc.tuple(text, text, text), (values) => {
      for (const parse of [s.parseTicker, s.parseAttribution, s.parseReserved]) {
        const { value = 0, atSec = 0 } = parse(values);
        expect([Number.isFinite(value), Number.isFinite(atSec)]).toEqual([true, true]);
      }
    }),
  );
});
