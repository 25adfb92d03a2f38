import type { Redis } from '@quantum/redis-io';
import { brainStateKey } from '@quantum/redis-schemas';
import { awaitsMeasured, type BrainProof, type Restart, type Seen } from './brain-proof.js';
import type { BrainInputs } from './inputs.js';
import type { BrainParameters } from './parameters.js';
import type { ScoreWatch } from './score-watch.js';

/** What has been seen so far, for each proof. */
export class Observations {
  readonly #proofs: ReadonlyMap<string, BrainProof>;
  readonly #watch: ScoreWatch;
  readonly #parameters: BrainParameters;
  readonly #endedAt = new Map<string, number>();
  readonly #restarts = new Map<string, Restart>();

  /** @param proofs by symbol */
  constructor(proofs: ReadonlyMap<string, BrainProof>, watch: ScoreWatch, parameters: BrainParameters) {
    this.#proofs = proofs;
    this.#watch = watch;
    this.#parameters = parameters;
  }

  of(symbol: string): Seen {
    return {
      symbol,
      entries: this.#watch.entriesOf(symbol),
      parameters: this.#parameters,
      endedAt: this.#endedAt.get(symbol),
      restart: this.#restarts.get(symbol),
    };
  }

  /** Whether the proofs have seen what they await: all, or those that need a restart. */
  areComplete(only: 'all' | 'restarted'): boolean {
    return [...this.#proofs].every(
      ([symbol, proof]) => (only === 'restarted' && !proof.needsRestart) || proof.awaits(this.of(symbol)) === undefined,
    );
  }

  /** Ends the inputs that are to end once a period was measured. */
  endInputs(inputs: BrainInputs): void {
    for (const [symbol, { market }] of this.#proofs) {
      if (!market.ends || this.#endedAt.has(symbol) || awaitsMeasured(this.of(symbol)) !== undefined) continue;
      inputs.end(symbol);
      this.#endedAt.set(symbol, this.#watch.entriesOf(symbol).length);
    }
  }

  /** Notes what Redis holds while no brain runs. */
  async takeStates(redis: Redis): Promise<void> {
    await this.#watch.read();
    for (const [symbol, { needsRestart }] of this.#proofs) {
      if (!needsRestart) continue;
      const stored = await redis.hgetall(brainStateKey(symbol));
      this.#restarts.set(symbol, { stored, entriesBefore: this.#watch.entriesOf(symbol).length });
    }
  }
}
