import type { ParameterSets } from './parameter-sets.js';
import { decisionIdOf } from './parse-record.js';
import type { RecordedParameters } from './policy.js';
import type { ReplayedPart } from './replay-tally.js';
import { Replayer, type ReplayedLine } from './replayer.js';
import { mayLackScores } from './score-states.js';

/** Whether a line's text can change a replay: all but entries of the plan stream, which are half of the lines. */
export const isReplayed = (text: string): boolean => !text.startsWith('{"kind":"plan",');

/** Whether a line's text is a score. Each follows from the symbol's state after the score before it. */
export const isScore = (text: string): boolean => text.startsWith('{"kind":"score",');

/**
 * The lines of texts that a replay takes, each read when it is asked for. @throws RecordingError where one is no JSON
 * @param isTaken whether a line's text is to be read
 */
export function* replayedLines(
  texts: Iterable<string>,
  replayer: Replayer,
  isTaken: (text: string) => boolean = isReplayed,
): Generator<ReplayedLine> {
  for (const text of texts) {
    const line = isTaken(text) ? replayer.read(text) : undefined;
    if (line) yield line;
  }
}

/**
 * Decides lines again by themselves, as another thread does it. Undefined where what they come to depends on lines
 * before them in more than decisions and blocks: `Replayer.take` takes them then. Scores are left out: they are for who
 * knows the states.
 * @throws RecordingError where one is no JSON
 * @param sets what the policy lines before them say; it is not changed
 */
export function replayPart(
  texts: Iterable<string>,
  policy: RecordedParameters,
  sets: ParameterSets,
): ReplayedPart | undefined {
  const replayer = new Replayer(policy, sets);
  const decided: number[] = [];
  const plans = new Set<number>();
  const blocks: [string, string][] = [];
  for (const line of replayedLines(texts, replayer, (text) => isReplayed(text) && !isScore(text))) {
    if (mayLackScores(line)) return undefined; // the states of scores end there, and damage is counted
    if (line.kind === 'policy' || line.kind === 'unanswered' || line.kind === 'expired') return undefined;
    if (line.kind === 'block' && !replayer.blocksToCome.has(line.plan_id)) blocks.push([line.plan_id, line.json]);
    const record = replayer.take(line);
    if (line.kind !== 'decision' && line.kind !== 'same') continue;
    const id = record && decisionIdOf(line.plan_id, record);
    if (!id || plans.has(id.hash)) return undefined; // published again
    decided.push(id.hash, id.decidedAtSec);
    plans.add(id.hash);
  }
  return { totals: replayer.totals, decided: Float64Array.from(decided), blocks, blocksToCome: replayer.blocksToCome };
}
