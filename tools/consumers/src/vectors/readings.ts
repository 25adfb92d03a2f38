import { EFFICIENCY_FIELDS, parseEfficiency, type EfficiencyReading } from '@quantum/redis-schemas';
import type { Env } from './file.js';
import { ODD_NUMBERS } from './odd.js';

/** The present fields of an efficiency hash; null: the key could not be read. */
export type EfficiencyGiven = Partial<Record<(typeof EFFICIENCY_FIELDS)[number], string>> | null;

/** The time of all decisions here. */
export const NOW_SEC = 1_763_386_800;

/** A reading that counts. */
export const GOOD = { efficiency_score: '0.9', confidence: '0.8', ts: String(NOW_SEC - 5) } as const;

export const readingOf = (given: EfficiencyGiven): EfficiencyReading =>
  given === null ? { state: 'unreadable' } : parseEfficiency(EFFICIENCY_FIELDS.map((name) => given[name] ?? null));

/** Times at, within and beyond the limits, with the defaults of 600 s and 60 s. */
const TIMES = [
  ...[-599, -600, -601, 0, 59, 60, 61].map((offset) => String(NOW_SEC + offset)),
  `${NOW_SEC - 600}.0`, `${NOW_SEC - 601}.9999`, `${NOW_SEC - 600}.25`, `${NOW_SEC + 60}.25`, `${NOW_SEC}.5`,
  ` ${NOW_SEC} `, '1.7633868e9', '0', '-5', `${NOW_SEC * 1000}`, '1e300', '-1e300',
]; // prettier-ignore

/** Readings of every kind, each with a name and the variables that it depends on. */
export function allReadings(): { name: string; config?: Env; efficiency: EfficiencyGiven }[] {
  const names = EFFICIENCY_FIELDS;
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((__, i) => bits & (1 << i)));
  return [
    { name: 'unreadable', efficiency: null },
    ...subsets.map((there) => ({
      name: `only ${there.join(', ') || 'other fields'}`,
      efficiency: Object.fromEntries(there.map((name) => [name, GOOD[name]])),
    })),
    ...names.flatMap((name) =>
      ODD_NUMBERS.map((text) => ({
        name: `${name} ${JSON.stringify(text)}`,
        efficiency: { ...GOOD, [name]: text },
      })),
    ),
    ...[...new Set(TIMES)].map((ts) => ({ name: `time ${ts}`, efficiency: { ...GOOD, ts } })),
    ...['0.65', '0.6499999999999999', '0.6500000000000001', ' 6.5e-1 '].map((confidence) => ({
      name: `confidence at the limit, ${confidence}`,
      efficiency: { ...GOOD, confidence },
    })),
    { name: 'invalid before stale', efficiency: { ...GOOD, efficiency_score: '2', ts: '1' } },
    { name: 'stale before low', efficiency: { ...GOOD, confidence: '0', ts: '1' } },
    { name: 'invalid before low', efficiency: { ...GOOD, confidence: '0', ts: String(NOW_SEC + 3600) } },
    { name: 'all odd', efficiency: { efficiency_score: 'x', confidence: '', ts: '0x10' } },
    { name: 'no least confidence', config: { P31_MIN_CONF: '0' }, efficiency: { ...GOOD, confidence: '0' } },
    {
      name: 'full confidence',
      config: { P31_MIN_CONF: '1' },
      efficiency: { ...GOOD, confidence: '0.9999999999999999' },
    },
    { name: 'no future', config: { P31_MAX_FUTURE_SEC: '0' }, efficiency: { ...GOOD, ts: `${NOW_SEC}.000001` } },
    { name: 'the present', config: { P31_MAX_FUTURE_SEC: '0' }, efficiency: { ...GOOD, ts: String(NOW_SEC) } },
  ];
}
