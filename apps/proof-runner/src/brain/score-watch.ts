import type { Redis } from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { StreamCursor } from '@quantum/testbed';

export type Fields = Readonly<Record<string, string>>;

/** An entry of the brain's decision stream. */
export interface ScoreEntry {
  /** The posterior probability, whatever BRAIN_MODEL says. */
  score: number;
  confidence: number;
  effectivePeriods: number;
  coverage: number;
  /** The entry closes a period. */
  closes: boolean;
  fields: Fields;
}

const entryOf = (fields: Fields): ScoreEntry => ({
  score: Number(fields['score_posterior']),
  confidence: Number(fields['confidence']),
  effectivePeriods: Number(fields['n_eff']),
  coverage: Number(fields['coverage']),
  closes: (fields['closed'] ?? '') !== '',
  fields,
});

/** Follows the brain's decision stream from an entry on, for symbols of our own. */
export class ScoreWatch {
  readonly #redis: Redis;
  readonly #cursor: StreamCursor;
  readonly #bySymbol: ReadonlyMap<string, ScoreEntry[]>;
  /** Of our entries. */
  readonly ids: string[] = [];

  constructor(redis: Redis, symbols: readonly string[], fromId: string) {
    this.#redis = redis;
    this.#cursor = new StreamCursor(STREAMS.efficiencyDecision, fromId);
    this.#bySymbol = new Map(symbols.map((symbol) => [symbol, []]));
  }

  /** Reads what was added. */
  async read(): Promise<void> {
    for await (const page of this.#cursor.pages(this.#redis)) {
      for (const { id, fields } of page) {
        const entries = this.#bySymbol.get(fields['symbol'] ?? '');
        if (!entries) continue;
        entries.push(entryOf(fields));
        this.ids.push(id);
      }
    }
  }

  /** The entries of a symbol so far, oldest first. */
  entriesOf(symbol: string): readonly ScoreEntry[] {
    return this.#bySymbol.get(symbol) ?? [];
  }
}
