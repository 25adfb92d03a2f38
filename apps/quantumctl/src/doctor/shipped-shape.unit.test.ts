import { expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import { NEIGHBOURS } from '@quantum/test-fixtures';
import fc from 'fast-check';
import { CHECKS } from './checks/index.js';
import { diagnose } from './diagnose.js';
import { decision, entry, factsWith, hash, NOW_SEC } from './facts.test-support.js';
import { HARMS } from './finding.js';
import { fieldsToRead, INPUT_LIST } from './inputs.js';
import { doctorText } from './text.js';

const { target, shadowScore, entry: plan, executed, attribution } = NEIGHBOURS;

/**
 * The platform as it is published: P3.1 in shadow, its sources with other names of the time, an executor that does not
 * ask.
 */
const SHIPPED = factsWith({
  hashes: {
    targets: [hash('targets', target), hash('targets', { ...target, target_usd: '-310.50' }, 'ETHUSDT')],
    scores: [],
    attributions: [hash('attributions', attribution)],
  },
  scoreEntries: [entry(shadowScore)],
  plans: [entry(plan), entry(NEIGHBOURS.close)],
  decisions: [
    decision({ plan_id: plan.plan_id, outcome: 'refused', reason: 'burst_rate' }),
    ...[1, 2, 3].map((i) =>
      decision({ plan_id: `p${i}`, outcome: 'permit' }, { permitTtlSec: 40, hasOtherPermit: true }),
    ),
  ],
  results: [entry(executed)],
});

it('lists all that keeps the published platform idle, the most harmful first, each with what to do', () => {
  expect(diagnose(SHIPPED).map(({ harm, check, field, owner }) => [harm, check, field, owner])).toEqual([
    ['danger', 'executed-refusals', 'executed', 'intent_executor'],
    ['danger', 'unread-permits', undefined, 'who runs the executor'],
    ['danger', 'plan-fields', 'kill_score', 'who publishes plans (intent bridge)'],
    ['danger', 'plan-fields', 'price', 'who publishes plans (intent bridge)'],
    ['idle', 'scores-in-shadow', 'mode', 'who runs P3.1, or efficiency-brain'],
    ['idle', 'low-confidence', 'confidence', 'P3.1'],
    ['idle', 'p31-inputs', 'ts_utc', 'P3.1, or P3.0'],
    ['idle', 'p31-inputs', 'timestamp', 'P3.1, or P2.9'],
    ['part', 'negative-targets', 'target_usd', 'P2.9'],
  ]);
  for (const { remedy, means } of diagnose(SHIPPED)) expect([remedy, means]).not.toContain('');
});

it('is shown in 80 columns, in colours only where they are wanted', () => {
  const plain = doctorText(SHIPPED, diagnose(SHIPPED), { width: 80, hasColours: false });
  expect(Math.max(...plain.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(plain).not.toContain('\u001b');
  expect(plain).toMatch(/9 findings: 4 danger, 4 idle, 1 part\./);
});

it('declares checks in the order of their harm, each with a name of its own', () => {
  const ranks = CHECKS.map(({ harm }) => HARMS.indexOf(harm));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

it('answers whatever the keys hold, in words that no terminal obeys', () => {
  const text = fc.oneof(anyText(), fc.constantFrom('np.float64(0.9)', '1e400', `${NOW_SEC}000`, '\u001b[2J', '-1'));
  const names = [...new Set(INPUT_LIST.flatMap(([, input]) => fieldsToRead(input)))];
  const fields = fc.dictionary(fc.constantFrom(...names, 'symbol', 'decision', 'qty', 'executed', 'details'), text);
  fc.assert(
    fc.property(fields, fields, text, (one, other, symbol) => {
      const hashes = Object.fromEntries(INPUT_LIST.map(([name]) => [name, [hash(name, one, symbol), hash(name, other)]]));
      const found = diagnose(
        factsWith({ hashes, plans: [entry(one)], results: [entry({ ...other, plan_id: 'p' })], scoreEntries: [entry(one)], proposals: [entry(other)] }),
      );
      for (const one of found) expect(Object.values(one).join(' ')).not.toMatch(/\p{Cc}|\bNaN\b/u);
    }),
  );
}); // prettier-ignore
