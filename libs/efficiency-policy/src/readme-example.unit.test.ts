import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { assess, hintDownsize, multiplierOf, multiplyTarget } from './index.js';

it('runs the example of the README', () => {
  // example
  const nowSec = 1700000000;
  const reading = { state: 'read', score: 0.2, confidence: 0.8, tsSec: nowSec - 30, tsText: '1699999970' } as const;
  const assessment = assess(reading, nowSec, { minConfidence: 0.65, maxFutureSec: 60, maxAgeSec: 600 });
  expect(assessment.reason).toBe('ok');

  const formula = { base: 1, scale: 1, minMultiplier: 0.5, maxMultiplier: 1.5 };
  expect(multiplyTarget(1000, multiplierOf(assessment, formula))).toEqual({
    proposed: true,
    multiplier: 0.7,
    proposedTargetUsd: 700,
  });

  const closing = false;
  const hints = { downsizeThreshold: 0.45, minFactor: 0.25, maxExtraCooldownSec: 120, hintCloses: false };
  expect(hintDownsize(assessment, closing, hints)).toEqual({
    action: 'DOWNSIZE',
    factor: 0.2 / 0.45, // 0.4444
    extraCooldownSec: 96,
  });
  // end
});

it('shows it in the README to the letter', () => {
  const [, example = ''] = /^ *\/\/ example\n(.*?)^ *\/\/ end$/ms.exec(readFileSync(__filename, 'utf8')) ?? [];
  const block = '```ts\n' + example.replace(/^ {2}/gm, '') + '```\n';
  expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(block);
});
