import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { calm, limits, ok as known } from './calm.test-support.js';
import { effectiveModes, evaluateGates, GATE_NAMES, GATES, type GateName } from './index.js';

const enforced = Object.fromEntries(GATE_NAMES.map((name) => [name, 'enforce'])) as Record<GateName, 'enforce'>;

it('runs the example of the README', () => {
  // example
  const modes = effectiveModes({ ...enforced, hourly_rate: 'shadow' }, 'testnet');
  const window = known({ lastExecSec: 1699999000, hourCount: 3, burstCount: 2 });

  const opening = evaluateGates(GATES, { ...calm, window }, limits, modes);
  expect(opening.refusal).toEqual({
    gate: 'burst_rate',
    verdict: { refused: true, numbers: { exec_count: 2, max_exec_per_5min: 2 } },
  });
  expect(opening.wouldBlock).toEqual(['hourly_rate']); // shadow: counted, no effect

  const closing = evaluateGates(GATES, { ...calm, window, closing: true }, limits, modes);
  expect(closing.refusal).toBeUndefined(); // exits are sacred
  // end
});

it('shows it in the README to the letter', () => {
  const [, example = ''] = /^ *\/\/ example\n(.*?)^ *\/\/ end$/ms.exec(readFileSync(__filename, 'utf8')) ?? [];
  const block = '```ts\n' + example.replace(/^ {2}/gm, '') + '```\n';
  expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(block);
});
