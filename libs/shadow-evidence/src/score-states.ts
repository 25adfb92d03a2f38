import { isOfBrain, parseRecordedScore, replayScore, scoreDifference, type RecordedScore } from '@quantum/decisions';
import type { ScoreRules, SymbolState } from '@quantum/efficiency-score';
import type { RecordingLine } from './recording.js';
import type { SameDecision } from './replay-unparsed.js';
import { copyOf } from './seen.js';

/** Whether scores may be missing where this line is. Damaged bytes may have held any line. */
export const mayLackScores = (line: RecordingLine | SameDecision): boolean =>
  line.kind === 'damage' || (line.kind === 'gap' && line.stream === 'scores');

/** States of symbols after their last scores. A symbol is not here before its state is known. */
export class ScoreStates {
  readonly #states = new Map<string, SymbolState | undefined>();

  /** Reads a score; undefined where no brain wrote it. What a score that cannot be read did to its state is unknown. */
  read(entry: readonly string[]): RecordedScore | 'unreadable' | undefined {
    const recorded = parseRecordedScore(entry);
    if (recorded || !isOfBrain(entry)) return recorded;
    this.clear();
    return 'unreadable';
  }

  /** Replays a score. @returns the entry that this gives where it is not the recorded one */
  replay(
    recorded: RecordedScore,
    entry: readonly string[],
    rules: ScoreRules | undefined,
  ): 'same' | 'unknown_policy' | 'no_state' | readonly string[] {
    const { symbol, hasState } = recorded;
    if (!rules) {
      this.#states.delete(symbol);
      return 'unknown_policy';
    }
    if (!hasState && !this.#states.has(symbol)) return 'no_state';
    const replayed = replayScore(recorded, this.#states.get(symbol), rules);
    if (replayed) this.#states.set(copyOf(symbol), replayed.decision.after);
    return scoreDifference(entry, replayed, rules) ?? 'same';
  }

  /** Forgets every state: scores may be missing from the recording. */
  clear(): void {
    this.#states.clear();
  }
}
