import type { ParameterValues } from '@quantum/efficiency-policy';
import { table } from '../table.js';
import type { Explanation } from './command.js';

const TITLES: Readonly<Record<Explanation['step'], (hash: string) => string>> = {
  proposal: (hash) => `Policy ${hash} of step 1, proposals`,
  hint: (hash) => `Policy ${hash} of step 2, hints of permits`,
  score: (hash) => `Parameters ${hash} of the efficiency brain’s scores`,
  limits: (hash) => `Limits ${hash} of step 2, and modes of its gates`,
};

export function explanationText({ hash, step, parameters, defaults, changed, entries }: Explanation): string {
  const text = (values: ParameterValues, name: string): string => String(values[name] ?? '');
  const rows = Object.keys(parameters).map((name) => [
    name,
    text(parameters, name),
    changed.includes(name) ? text(defaults, name) : '',
  ]);
  return [
    TITLES[step](hash),
    table(['parameter', 'value', 'default, where it differs'], rows),
    entries ? `Given by ${entries.join(', ')}.` : 'As Redis says; what gives it, the services’ own files would say.',
    '',
  ].join('\n');
}

/** What decides for a symbol, as it is printed. */
export const symbolText = (symbol: string, explanations: readonly Explanation[]): string =>
  [
    ...explanations.map(explanationText),
    `This decides for ${symbol} by the files as they are now. A service decides by them once it has reloaded them.\n`,
  ].join('\n');
