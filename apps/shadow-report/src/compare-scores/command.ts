import { ScoreComparison } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';
import { comparisonText } from './text.js';

export interface CompareScoresArguments {
  /** Least confidence that proposer and governor act on. */
  minConfidence: number;
  json?: true;
}

/** Prints the scores of a recording by symbol and source. @throws CannotRun */
export function compareScoresCommand(
  path: string,
  { minConfidence, json }: CompareScoresArguments,
  print: (text: string) => void,
): void {
  const comparison = new ScoreComparison(minConfidence);
  readRecording(path, () => (line) => {
    comparison.take(line);
  });
  const { summaries, unreadable } = comparison;
  if (json) print(`${JSON.stringify({ symbols: Object.fromEntries(summaries), unreadable }, null, 2)}\n`);
  else print(comparisonText(summaries, unreadable, minConfidence));
}
