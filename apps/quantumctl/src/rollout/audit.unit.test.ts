import { expect, it } from '@jest/globals';
import { guardsText } from './audit.js';

it('the audit shows the guards that did not pass, each with the unit of its numbers', () => {
  const found = [
    { guard: 'sum_ratio', verdict: 'PASS', value: 1, limit: 1 },
    { guard: 'book_drawdown', verdict: 'BREACH', value: 110, limit: 100 },
    { guard: 'tracking', verdict: 'UNKNOWN', limit: 0.9 },
    { guard: 'of_another_version', verdict: 'BREACH', value: 2, limit: 1 },
  ];
  expect(guardsText(JSON.stringify(found))).toBe(
    'book_drawdown BREACH 110 limit 100 bps, tracking UNKNOWN limit 0.9 ratio, of_another_version BREACH 2 limit 1 (unit unknown)',
  );
});
