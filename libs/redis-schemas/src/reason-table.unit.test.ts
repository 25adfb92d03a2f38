import { expect, it } from '@jest/globals';
import * as s from './index.js';

it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['efficiency reason', s.EFFICIENCY_REASONS, s.EFFICIENCY_REASON_TEXT],
  ['skip reason', s.SKIP_REASONS, s.SKIP_REASON_TEXT],
  ['dead-letter reason', s.DEADLETTER_REASONS, s.DEADLETTER_REASON_TEXT],
  ['governor event', s.GOVERNOR_EVENTS, s.GOVERNOR_EVENT_TEXT],
])('every %s has a text, in the order of the codes', (_name, codes, texts) => {
  expect(Object.keys(texts)).toEqual(codes);
  expect(Object.values(texts)).not.toContain('');
});

it('lists the dead-letter reasons and the decisions that ask for no permit', () => {
  expect(s.DEADLETTER_REASONS).toEqual([
    ...[
      'invalid_plan_id',
      'invalid_symbol',
      'invalid_qty',
      'invalid_price',
      'max_deliveries',
      'too_large',
      'invalid_record',
    ],
  ]);
  expect(s.SKIPPED_DECISIONS).toEqual(['SKIP', 'BLOCKED', 'ERROR', 'HALT', 'RECONCILE_CLOSE', 'other']);
});

it('has a type, a lifetime, a writer, a reader and a content of every key', () => {
  for (const row of s.KEY_TABLE) {
    expect(Object.keys(row)).toEqual(['key', 'type', 'lifetime', 'writer', 'readers', 'holds']);
    expect(Object.values(row)).not.toContain('');
  }
});
