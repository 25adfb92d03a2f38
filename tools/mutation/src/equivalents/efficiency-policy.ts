import { type Equivalent, FOR_THE_TYPES, ofLine } from './equivalent.js';

export const EFFICIENCY_POLICY: readonly Equivalent[] = [
  ...ofLine(
    'libs/efficiency-policy/src/assess.ts',
    'value !== undefined && value >= 0 && value <= 1 ? value : undefined;',
    FOR_THE_TYPES,
    [['value !== undefined', 'true']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/doubles.ts',
    'const error = Math.abs(rest) < Math.abs(part) ? rest - (sum - part) : part - (sum - rest);',
    'for equal magnitudes the sum is exact, and both give the error 0',
    [['Math.abs(rest) < Math.abs(part)', 'Math.abs(rest) <= Math.abs(part)']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/doubles.ts',
    'if (error !== 0) parts[kept++] = error;',
    'a part of 0 changes no sum; without the check there are more of them',
    [['error !== 0', 'true']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/doubles.ts',
    'if (rest !== 0) parts[kept++] = rest;',
    'a part of 0 changes no sum; without the check there are more of them',
    [['rest !== 0', 'true']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/doubles.ts',
    'for (let width = 1n; low > 0n && !holds(doubleAt(low)); width *= 2n) {',
    'the predicate holds for 0, so the search ends there anyway',
    [
      ['low > 0n', 'true'],
      ['low > 0n', 'low >= 0n'],
    ],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/doubles.ts',
    'low = low > width ? low - width : 0n;',
    'if they are equal, the difference is 0',
    [['low > width', 'low >= width']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/pattern.ts',
    "} else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[i])) {",
    'the character beyond the end of the pattern is undefined, which matches none; the check is for the reader',
    [
      ['at < wanted.length', 'true'],
      ['at < wanted.length', 'at <= wanted.length'],
    ],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/smooth.ts',
    'if (halflives >= ALL_OF_THE_WAY) return 1;',
    'at exactly 64 the series gives 1 - 2^-64, which is 1 as a double',
    [['halflives >= ALL_OF_THE_WAY', 'halflives > ALL_OF_THE_WAY']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/policy-book.ts',
    'groups.length === 0',
    'without groups both ways answer by the own entry or the defaults; the check saves the memory',
    [['groups.length === 0', 'false']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/budget.ts',
    "if (excess === 0 || (mode === 'cap' && excess < 0)) return { scale: 1, met: true };",
    'an excess of 0 has returned one condition before',
    [['excess < 0', 'excess <= 0']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/budget.ts',
    'for (const { baseTargetUsd, maxMultiplier } of proposals) most += baseTargetUsd * Math.max(1, maxMultiplier);',
    'a sum that overflows is not finite below zero either',
    [['most += baseTargetUsd * Math.max(1, maxMultiplier)', 'most -= baseTargetUsd * Math.max(1, maxMultiplier)']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/budget.ts',
    'if (wanted > minMultiplier && wanted < maxMultiplier) slope += baseTargetUsd * multiplier;',
    'the scale in the middle is between those at which a multiplier reaches a bound',
    [
      ['wanted > minMultiplier', 'wanted >= minMultiplier'],
      ['wanted < maxMultiplier', 'wanted <= maxMultiplier'],
    ],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/budget.ts',
    'if (multiplier === 0) return;',
    'the quotients are NaN and the greatest double, which sort behind every wanted scale',
    [['multiplier === 0', 'false']],
  ),
  ...ofLine(
    'libs/efficiency-policy/src/budget.ts',
    'if (sumAt(bends[middle] ?? 0) < bases) low = middle;',
    'if they are equal, the search begins at that scale, as the upper neighbour or as the lower',
    [['sumAt(bends[middle] ?? 0) < bases', 'sumAt(bends[middle] ?? 0) <= bases']],
  ),
];
