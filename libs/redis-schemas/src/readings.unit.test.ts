import { describe, expect, it } from '@jest/globals';
import * as s from './index.js';

/** What the parsers make of HMGET replies, in the order of each field list. */

it('asks for the contract’s fields', () => {
  expect(s.EFFICIENCY_FIELDS).toEqual(['efficiency_score', 'confidence', 'ts']);
  expect(s.TARGET_FIELDS).toEqual(['target_usd', 'timestamp']);
  expect(s.BUDGET_FIELDS).toEqual(['mode', 'timestamp']);
  expect(s.ALLOCATION_FIELDS).toEqual(['target_usd', 'mode', 'timestamp']);
  expect(s.POSITION_FIELDS).toEqual(['position_amt', 'mark_price']);
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
    [[null, null, null], { state: 'missing' }],
    [[], { state: 'missing' }],
  ])('%j', (values, expected) => {
    expect(s.parseEfficiency(values)).toEqual(expected);
  });
});

describe('target', () => {
  it.each([
    [['1000.5', '100'], { state: 'read', targetUsd: 1000.5, timestampText: '100' }],
    [['0', null], { state: 'read', targetUsd: 0, timestampText: '' }],
    [['-0', 'yesterday'], { state: 'read', targetUsd: 0, timestampText: '' }],
    [['1', ' 1e2 '], { state: 'read', targetUsd: 1, timestampText: ' 1e2 ' }],
    [['-0.01', '100'], { state: 'invalid' }],
    [['inf', '100'], { state: 'invalid' }],
    [['1e309', '100'], { state: 'invalid' }],
    [['', '100'], { state: 'invalid' }],
    [[null, '100'], { state: 'invalid' }],
    [[null, null], { state: 'missing' }],
  ])('%j', (values, expected) => {
    expect(s.parseTarget(values)).toEqual(expected);
  });
});

describe('budget', () => {
  it.each([
    [['enforce', '100'], { enforce: true, tsSec: 100 }],
    [['ENFORCE ', 'x'], { enforce: true, tsSec: undefined }],
    [['shadow', '100'], { enforce: false, tsSec: 100 }],
    [[null, null], { enforce: false, tsSec: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseBudget(values)).toEqual(expected);
  });
});

describe('allocation', () => {
  it.each([
    [['5', 'enforce', '100'], { enforce: true, tsSec: 100, targetUsd: 5 }],
    [['0', 'enforce', '100'], { enforce: true, tsSec: 100, targetUsd: 0 }],
    [['-1', 'shadow', ''], { enforce: false, tsSec: undefined, targetUsd: undefined }],
    [['x', null, null], { enforce: false, tsSec: undefined, targetUsd: undefined }],
  ])('%j', (values, expected) => {
    expect(s.parseAllocation(values)).toEqual(expected);
  });
});

describe('position', () => {
  it.each([
    [['-1.5', '200'], { amount: -1.5, markPriceUsd: 200 }],
    [['0', null], { amount: 0, markPriceUsd: undefined }],
    [['1', '0'], { amount: 1, markPriceUsd: undefined }],
    [['1', '-5'], { amount: 1, markPriceUsd: undefined }],
    [['x', '5'], { amount: undefined, markPriceUsd: 5 }],
    [[null, '5'], { amount: undefined, markPriceUsd: 5 }],
    [[null, null], { amount: 0, markPriceUsd: undefined }], // no hash, no position
  ])('%j', (values, expected) => {
    expect(s.parsePosition(values)).toEqual(expected);
  });
});

describe('budget violation', () => {
  const violation = (overBudget: string, timestamp = '100') =>
    `{"symbol":"X","over_budget":${overBudget},"timestamp":${timestamp}}`;
  it.each([
    ...['true', '1', '120.5', '-1', '"true"', '{}'].map(
      (over) => [violation(over), { symbol: 'X', tsSec: 100 }] as const,
    ),
    [violation('true', '"100.5"'), { symbol: 'X', tsSec: 100.5 }],
    ...['false', '0', '0.0', '-0'].map((over) => [violation(over), 'none'] as const),
    ['{"symbol":"X","timestamp":100}', 'none'],
    [violation('true', '1e999'), 'invalid'],
    [violation('true', '"soon"'), 'invalid'],
    [violation('true', 'null'), 'invalid'],
    [violation('true', 'true'), 'invalid'],
    ['{"symbol":7,"over_budget":true,"timestamp":1}', 'invalid'],
    ['{"over_budget":true,"timestamp":1}', 'invalid'],
    ...['', '{', 'null', '7', '"x"', '{"over_budget":NaN}'].map((json) => [json, 'invalid'] as const),
    [undefined, 'invalid'],
  ])('%s', (json, expected) => {
    expect(s.parseViolation(json)).toEqual(expected);
  });
});
