import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { MISSING_REASONS } from '@quantum/efficiency-score';
import { describe, expect, it } from '@jest/globals';
import { MULTIPLIER_VERDICTS } from '@quantum/effective-target';
import { HINT_ACTIONS } from '@quantum/redis-schemas';
import { render } from './file.js';
import { vectorFiles } from './index.js';

interface File {
  about: string;
  cases: { name: string; expect: Record<string, unknown> }[];
}

const files = Object.fromEntries(
  Object.entries(vectorFiles()).map(([path, text]) => [path.replace(/.*\/|\.json/g, ''), JSON.parse(text) as File]),
);
const answers = (file: string, field: string): Set<unknown> =>
  new Set(files[file]?.cases.map(({ expect: e }) => e[field]));

describe('the test vectors', () => {
  it('are the same each time, in plain ASCII, one case per line', () => {
    const texts = vectorFiles();
    expect(vectorFiles()).toEqual(texts);
    for (const text of Object.values(texts)) {
      expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      expect(text.split('\n').filter((line) => line.startsWith('    {"name"'))).toHaveLength((JSON.parse(text) as File).cases.length); // prettier-ignore
    }
  });

  it('include every reason, action, shape and invalid field', () => {
    const reasons = new Set(EFFICIENCY_REASONS);
    expect(answers('efficiency', 'reason')).toEqual(reasons);
    expect(answers('hints', 'eff_reason')).toEqual(reasons);
    expect(new Set(files['proposals']?.cases.map(({ expect: e }) => (e['stream'] as { reason?: string } | undefined)?.reason))).toEqual(new Set([...reasons, undefined])); // prettier-ignore
    expect(answers('proposals', 'skip')).toEqual(new Set(['redis_error', 'invalid_target', undefined]));
    expect(answers('policies', 'refused')).toEqual(new Set([true, undefined]));
    expect(answers('policies', 'policy').size).toBeGreaterThan(20);
    expect(answers('hints', 'eff_action')).toEqual(new Set(HINT_ACTIONS));
    expect(answers('scores', 'result')).toEqual(new Set([...MISSING_REASONS, 'measured', '']));
    expect(answers('scores', 'capital_pressure')).toEqual(new Set(['INCREASE', 'HOLD', 'DECREASE']));
    expect(answers('multipliers', 'why')).toEqual(new Set(MULTIPLIER_VERDICTS));
    expect(answers('permits', 'shape')).toEqual(new Set(['hinted', 'plain', 'unreadable']));
    expect(new Set(files['permits']?.cases.flatMap(({ expect: e }) => e['odd']))).toEqual(
      new Set(['eff_action', 'downsize_factor', 'extra_cooldown_sec']),
    );
  });

  it('have unique names', () => {
    const one = { name: 'a', given: 1 };
    const render2 = () => render({ about: '', config: {}, cases: [one, one], answer: () => ({}) });
    expect(render2).toThrow('two cases are named a');
  });
});
