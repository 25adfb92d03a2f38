import { describe, expect, it } from '@jest/globals';
import { fieldsOf } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { NOW, POLICY } from './cycles.test-support.js';
import { evidenceFields, parseEvidence } from './index.js';
import { changed, entriesFrom, entryAt, HOURS } from './stream.test-support.js';

describe('entries of the evidence', () => {
  it('are read back to the bit', () => {
    const entries = entriesFrom();
    expect(entries).toHaveLength(HOURS * 13);
    for (const entry of entries) expect(parseEvidence(evidenceFields(entry))).toStrictEqual(entry);
  });

  it('name what they hold', () => {
    expect(Object.keys(fieldsOf(entryAt('period', 0).fields))).toEqual([
      'version', 'kind', 'plan', 'policy', 'since', 'start', 'closed',
      'cost_bps', 'rows', 'advantage_bps', 'missing_share', 'symbols', 'effective_bps', 'effective_missing_share', 'effective_symbols',
    ]); // prettier-ignore
    expect(Object.keys(fieldsOf(entryAt('hour', 0).fields))).toEqual([
      'version', 'kind', 'plan', 'policy', 'since', 'start', 'closed',
      'harm_since', 'period_sec', 'clip_bps', 'delta_bps_per_day', 'advantages_bps', 'advantage_bps', 'before', 'after',
      'e_harm', 'e_non_inferior', 'e_superior',
    ]); // prettier-ignore
    expect(fieldsOf(entryAt('hour', 0).fields)).toMatchObject({ version: '1', policy: POLICY, start: String(NOW), closed: String(NOW + 3600) }); // prettier-ignore
    expect(entryAt('hour', 0).fields).not.toContain('undefined');
  });

  it('may have further fields', () => {
    expect(parseEvidence([...entryAt('hour', 1).fields, 'more', '1'])).toBeDefined();
  });

  it('are not read where a figure does not follow, or anything else is in their place', () => {
    expect(parseEvidence(changed(entryAt('hour', 1), (field, text) => (field === 'e_harm' ? `${text}1` : text)).fields)).toBeUndefined(); // prettier-ignore
    expect(parseEvidence([])).toBeUndefined();
    for (const kind of ['period', 'hour'] as const) {
      const entry = entryAt(kind, 1);
      const broken = ['version', 'kind', 'since', 'start', 'closed', kind === 'hour' ? 'before' : 'rows', kind === 'hour' ? 'clip_bps' : 'cost_bps']; // prettier-ignore
      for (const name of broken) {
        expect([name, parseEvidence(changed(entry, (field, text) => (field === name ? 'x' : text)).fields)]).toEqual([name, undefined]); // prettier-ignore
      }
    }
    fc.assert(fc.property(fc.array(fc.string()), (fields) => { parseEvidence(fields); })); // prettier-ignore
  });
});
