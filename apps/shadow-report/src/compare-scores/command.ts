import { ScoreComparison } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';
import { fileNotes } from '../table.js';
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
  warn: (text: string) => void,
): void {
  const comparison = new ScoreComparison(minConfidence);
  const file = readRecording(path, () => (line) => {
    comparison.take(line);
  });
  fileNotes(file).forEach(warn);
  const { summaries, unreadable } = comparison;
  if (json) print(`${JSON.stringify({ symbols: Object.fromEntries(summaries), unreadable }, null, 2)}\n`);
  else print(comparisonText(summaries, unreadable, minConfidence));
}
