import { explanationText, type Explanation } from '@quantum/policy';
import { table } from '@quantum/rollout-lint';

/** An explanation as it is printed. */
export const textOf = (explanation: Explanation): string => explanationText(explanation, table);

/** What decides for a symbol, as it is printed. */
export const symbolText = (symbol: string, explanations: readonly Explanation[]): string =>
  [
    ...explanations.map(textOf),
    `This decides for ${symbol} by the files as they are now. A service decides by them once it has reloaded them.\n`,
  ].join('\n');
