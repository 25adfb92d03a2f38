import { isOfBrain, parseRecordedScore } from '@quantum/decisions';
import { fieldsOf, parseNumber } from '@quantum/redis-schemas';
import type { RecordingLine } from './recording.js';

/** Whose scores: the brain's chosen score, its `p31_v1` beside it, and those of the platform's own P3.1. */
export const SCORE_SOURCES = ['brain', 'p31_v1', 'p31'] as const;
export type ScoreSource = (typeof SCORE_SOURCES)[number];

/** Scores of one source and symbol. */
export interface ScoreSummary {
  /** Number of scores. */
  n: number;
  mean: number;
  min: number;
  max: number;
  last: number;
  meanConfidence: number;
  /** Share of scores with at least the minimum confidence, 0..1: the others change nothing. */
  actedOn: number;
}

class Sums {
  n = 0;
  #sum = 0;
  #confidence = 0;
  #actedOn = 0;
  #min = Infinity;
  #max = -Infinity;
  #last = 0;

  take(score: number, confidence: number, minConfidence: number): void {
    this.n += 1;
    this.#sum += score;
    this.#confidence += confidence;
    this.#min = Math.min(this.#min, score);
    this.#max = Math.max(this.#max, score);
    this.#last = score;
    if (confidence >= minConfidence) this.#actedOn += 1;
  }

  get summary(): ScoreSummary {
    const { n } = this;
    return {
      ...{ n, mean: this.#sum / n, min: this.#min, max: this.#max, last: this.#last },
      ...{ meanConfidence: this.#confidence / n, actedOn: this.#actedOn / n },
    };
  }
}

/** Compares the scores of a recording by symbol and source. */
export class ScoreComparison {
  readonly #minConfidence: number;
  readonly #bySymbol = new Map<string, Map<ScoreSource, Sums>>();
  /** Entries without a symbol, a score or a confidence, and those of a brain that this program cannot read. */
  unreadable = 0;

  constructor(minConfidence: number) {
    this.#minConfidence = minConfidence;
  }

  take(line: RecordingLine): void {
    if (line.kind !== 'score') return;
    const recorded = parseRecordedScore(line.fields);
    if (!recorded && isOfBrain(line.fields)) {
      this.unreadable += 1;
      return;
    }
    const fields = fieldsOf(line.fields);
    const { symbol = '' } = fields;
    const confidence = parseNumber(fields['confidence']);
    const scores: [ScoreSource, string | undefined][] = recorded
      ? [['brain', fields['efficiency_score']], ['p31_v1', fields['score_p31_v1']]]
      : [['p31', fields['efficiency_score']]]; // prettier-ignore
    for (const [source, text] of scores) {
      const score = parseNumber(text);
      if (symbol === '' || score === undefined || confidence === undefined) this.unreadable += 1;
      else this.#sumsOf(symbol, source).take(score, confidence, this.#minConfidence);
    }
  }

  /** By symbol, in their order; a source without scores is absent. */
  get summaries(): Map<string, Partial<Record<ScoreSource, ScoreSummary>>> {
    const symbols = [...this.#bySymbol].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(
      symbols.map(([symbol, sources]) => [
        symbol,
        Object.fromEntries([...sources].map(([source, sums]) => [source, sums.summary])),
      ]),
    );
  }

  #sumsOf(symbol: string, source: ScoreSource): Sums {
    let sources = this.#bySymbol.get(symbol);
    if (!sources) this.#bySymbol.set(symbol, (sources = new Map<ScoreSource, Sums>()));
    let sums = sources.get(source);
    if (!sums) sources.set(source, (sums = new Sums()));
    return sums;
  }
}
