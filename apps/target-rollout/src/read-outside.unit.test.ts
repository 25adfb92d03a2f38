import { describe, expect, it } from '@jest/globals';
import type { Reply } from '@quantum/redis-io';
import { bookValueOf, violationOf, type BookValue } from './read-outside.js';

const NOW = 1_763_386_800;
const ok = (value: unknown): Reply => ({ ok: true, value });

describe('the value of the book', () => {
  it.each<[string, (string | null)[], BookValue | undefined]>([
    ['is read with its time', ['5', null, `${NOW}`, null, null], { equityUsd: 5, netFlowsUsd: undefined }],
    ['is read with the flows so far', ['5', null, `${NOW}`, null, '-2'], { equityUsd: 5, netFlowsUsd: -2 }],
    ['is read by the other names', [null, '5', null, `${NOW}`, null], { equityUsd: 5, netFlowsUsd: undefined }],
    [
      'is read by the other names where the first are no numbers',
      ['x', '5', 'x', `${NOW}`, null],
      { equityUsd: 5, netFlowsUsd: undefined },
    ],
    ['may be five minutes old', ['5', null, `${NOW - 300}`, null, null], { equityUsd: 5, netFlowsUsd: undefined }],
    ['is unknown where it is older', ['5', null, `${NOW - 301}`, null, null], undefined],
    ['is unknown where it is from the future', ['5', null, `${NOW + 301}`, null, null], undefined],
    ['is unknown without a time', ['5', null, null, null, null], undefined],
    ['is unknown where its time is no number', ['5', null, 'x', null, null], undefined],
    ['is unknown where its flows are no number', ['5', null, `${NOW}`, null, 'x'], undefined],
    ['is unknown where it is absent', [null, null, `${NOW}`, null, null], undefined],
  ])('%s', (_what, values, expected) => {
    expect(bookValueOf(ok(values), NOW)).toEqual(expected);
  });
});

describe('a violation of a budget', () => {
  const entry = (json: unknown, ageSec = 1): [string, string[]] => [`${(NOW - ageSec) * 1000}-0`, ['json', typeof json === 'string' ? json : JSON.stringify(json)]]; // prettier-ignore
  const of = (symbol: string, timestamp: unknown = NOW) => entry({ symbol, over_budget: true, timestamp });
  it.each([
    ['is none where there is no entry', [], 'off'],
    ['counts for a symbol of the cohort', [of('A')], 'on'],
    ['does not count for another symbol', [of('B')], 'off'],
    ['does not count once it is old', [of('A', NOW - 30)], 'off'],
    ['is none where the budget is kept', [entry({ symbol: 'A', over_budget: false })], 'off'],
    ['may be there where an entry is no JSON', [entry('x')], 'invalid'],
    ['may be there where its time is no number', [of('A', 'x')], 'invalid'],
    ['counts beside one that cannot be read', [entry('x'), of('A')], 'on'],
    ['is none where what cannot be read is old', [entry('x', 30)], 'off'],
  ])('%s', (_what, entries, expected) => {
    expect(violationOf(ok(entries), new Set(['A']), NOW)).toBe(expected);
  });
});
