import { describe, expect, it } from '@jest/globals';
import { compatibilityPage, fillMoves, movesTable } from './document.js';
import type { Result } from './run-check.js';

const result: Result = { check: 'proofs', passed: 23, failures: [], files: [], retried: 0, skipped: 0 };
const about = { date: '2026-01-02', commit: 'abc1234' };
const page = (one: Result): string =>
  compatibilityPage([{ name: 'Valkey 9.1.2', source: 'Debian sid', results: [one] }], about);

describe('the page', () => {
  it('has a row for each platform', () => {
    expect(page(result)).toContain('| Valkey 9.1.2 | Debian sid | 23 passed |\n');
    expect(page(result)).toContain('Nothing failed.');
    expect(page(result)).toContain('on 2026-01-02, commit abc1234');
  });

  it('names what failed, and says what passed on the second try', () => {
    const failed = page({ ...result, failures: ['counts once'], retried: 3, skipped: 2 });
    expect(failed).toContain('| 23 passed, **1 failed**, 3 on the second try, 2 skipped |');
    expect(failed).toContain('- Valkey 9.1.2, proofs: counts once\n');
  });
});

it('says at which commit was run again what had failed', () => {
  const again = page({ ...result, retried: 1, retriedAt: 'def5678' });
  expect(again).toContain(
    'What had failed was run again on another commit:\n\n- Valkey 9.1.2, proofs: commit def5678\n',
  );
  expect(page(result)).not.toContain('again on another commit');
});

describe('the moves', () => {
  it('are a row for each server that the data come from', () => {
    const moves = [
      { from: 'Redis 7', to: 'Redis 8', outcome: 'kept' as const, why: '' },
      { from: 'Redis 8', to: 'Redis 7', outcome: 'failed' as const, why: '3 decisions changed' },
    ];
    expect(movesTable(moves)).toMatch(/\| from Redis 7 +\| +\| kept +\|/);
    expect(movesTable(moves)).toContain('- from Redis 8 to Redis 7: 3 decisions changed');
  });

  it('take the place of those before, and nothing else', () => {
    const before = 'a\n<!-- measured: moves -->\nold\n<!-- /measured -->\nb';
    const once = fillMoves(before, [], about);
    expect(once).toMatch(/^a\n<!-- measured: moves -->\n[^]*2026-01-02, commit abc1234[^]*\n<!-- \/measured -->\nb$/);
    expect(once).not.toContain('old');
    expect(fillMoves(once, [], about)).toBe(once);
    expect(() => fillMoves('a', [], about)).toThrow('measured: moves');
  });
});
