import { parseNumber } from '@quantum/redis-schemas';
import type { Check } from '../finding.js';
import { minConfidenceOf } from '../settings.js';
import { shown } from '../words.js';

/** Confidence of scores, in hashes and in the decision stream of the one that writes them. */
export const lowConfidence: Check = {
  name: 'low-confidence',
  harm: 'idle',
  finds: 'confidence that reaches `P31_MIN_CONF` for no symbol',
  find: ({ hashes: { scores }, scoreEntries, policies }) => {
    const minConfidence = minConfidenceOf(policies);
    const seen = [...scores.map(({ key, fields }) => ({ key, fields })), ...scoreEntries.map(({ fields }) => ({ key: 'quantum:stream:capital.efficiency.decision', fields }))]
      .flatMap(({ key, fields }) => {
        const text = fields['confidence'] ?? '';
        const value = parseNumber(text);
        return value === undefined ? [] : { key, text, value };
      })
      .sort((a, b) => b.value - a.value);
    const [best] = seen;
    if (!best || best.value >= minConfidence) return [];
    const halved = best.value <= 0.5 ? ' The published P3.1 never exceeds 0.5, because it reads ts where its sources write ts_utc and timestamp.' : '';
    return [
      {
        key: best.key,
        field: 'confidence',
        value: shown(best.text),
        means: `The best of ${seen.length} is below P31_MIN_CONF ${minConfidence}: every score is low_conf and changes nothing.${halved}`,
        owner: 'P3.1',
        remedy: 'mend its inputs, or run efficiency-brain in its place; a new brain needs about a day (docs/brain.md)',
      },
    ];
  },
}; // prettier-ignore
