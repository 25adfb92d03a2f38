import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { EFFICIENCY_FIELDS, efficiencyKey, fixed, parseEfficiency } from './index.js';

it('runs the example of the README', () => {
  // example
  expect(efficiencyKey('BTCUSDT')).toBe('quantum:capital:efficiency:BTCUSDT');
  expect(EFFICIENCY_FIELDS).toEqual(['efficiency_score', 'confidence', 'ts']);

  // what HMGET of these fields answered: a value or null per field
  const reading = parseEfficiency(['0.9', null, '0x10']);

  expect(reading).toEqual({
    state: 'read', // not yet judged: that is @quantum/efficiency-policy's
    score: 0.9,
    confidence: undefined, // absent
    tsSec: undefined, // no decimal number
    tsText: '0x10',
    values: ['0.9', null, '0x10'], // as read
  });
  expect(fixed(0.9, 4)).toBe('0.9000');
  // end
});

it('shows it in the README to the letter', () => {
  const [, example = ''] = /^ *\/\/ example\n(.*?)^ *\/\/ end$/ms.exec(readFileSync(__filename, 'utf8')) ?? [];
  const block = '```ts\n' + example.replace(/^ {2}/gm, '') + '```\n';
  expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(block);
});
