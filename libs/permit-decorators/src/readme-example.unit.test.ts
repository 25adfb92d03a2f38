import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parsePlan, type Plan } from '@quantum/redis-schemas';
import { efficiencyHint } from './index.js';

const parameters = {
  minConfidence: 0.65,
  maxFutureSec: 60,
  maxAgeSec: 600,
  downsizeThreshold: 0.45,
  minFactor: 0.25,
  maxExtraCooldownSec: 120,
  hintCloses: false,
};
const { plan } = parsePlan({ plan_id: 'p-1', symbol: 'BTCUSDT', decision: 'EXECUTE', action: 'OPEN' }) as {
  plan: Plan;
};

it('runs the example of the README', () => {
  // example
  const hint = efficiencyHint({ of: () => ({ parameters, policy: '4bd977d42c9c' }) }); // a PolicyBook is one
  const fields = ['efficiency_score', 'confidence', 'ts'];
  expect(hint.reads(plan)).toEqual([{ key: 'quantum:capital:efficiency:BTCUSDT', fields }]);

  // the host reads that with what its gates need, and hands over the answers in the same order
  const answer = { readable: true, value: ['0.2', '0.8', '1699999970'] } as const;
  const annotation = hint.annotate({ plan, nowSec: 1700000000, values: [answer] });

  expect(annotation.fields).toEqual({
    eff_score: '0.2000',
    eff_confidence: '0.800',
    eff_stale: '0',
    eff_factor: '0.4444',
    downsize_factor: '0.4444',
    eff_action: 'DOWNSIZE',
    eff_reason: 'ok',
    extra_cooldown_sec: '96',
    policy: '4bd977d42c9c',
  });
  expect(hint.neutral.eff_action).toBe('NONE'); // what the permit carries if annotate should throw
  // end
});

it('shows it in the README to the letter', () => {
  const [, example = ''] = /^ *\/\/ example\n(.*?)^ *\/\/ end$/ms.exec(readFileSync(__filename, 'utf8')) ?? [];
  const block = '```ts\n' + example.replace(/^ {2}/gm, '') + '```\n';
  expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(block);
});
