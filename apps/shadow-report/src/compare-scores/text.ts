import { SCORE_SOURCES, type ScoreComparison, type ScoreSource } from '@quantum/shadow-evidence';
import { table } from '@quantum/rollout-lint';

const TITLES: Readonly<Record<ScoreSource, string>> = {
  brain: 'brain',
  p31_v1: 'brain, p31_v1',
  p31: 'platform’s P3.1',
};

/** The scores of a recording, as they are printed. */
export function comparisonText(
  summaries: ScoreComparison['summaries'],
  unreadable: number,
  minConfidence: number,
): string {
  const rows = [...summaries].flatMap(([symbol, sources]) =>
    SCORE_SOURCES.flatMap((source) => {
      const found = sources[source];
      if (!found) return [];
      const { n, mean, min, max, last, meanConfidence, actedOn } = found;
      const scores = [mean, min, max, last, meanConfidence].map((value) => value.toFixed(4));
      return [[symbol, TITLES[source], String(n), ...scores, `${(100 * actedOn).toFixed(1)} %`]];
    }),
  );
  if (rows.length === 0) return 'The recording has no scores.\n';
  const head = ['symbol', 'scores of', 'n', 'mean', 'min', 'max', 'last', 'confidence', `at least ${minConfidence}`];
  const note = unreadable > 0 ? `${unreadable} entries have no symbol, score or confidence.\n` : '';
  return `${table(head, rows)}\n${note}`;
}
