import type { ParameterValues } from '@quantum/efficiency-policy';
import { table } from '../table.js';
import type { Explanation } from './command.js';

const STEPS: Readonly<Record<Explanation['step'], string>> = {
  proposal: 'step 1, proposals',
  hint: 'step 2, hints of permits',
};

/** What a hash stands for, as it is printed. */
export function explanationText({ hash, step, parameters, defaults, changed, entries }: Explanation): string {
  const text = (values: ParameterValues, name: string): string => String(values[name] ?? '');
  const rows = Object.keys(parameters).map((name) => [
    name,
    text(parameters, name),
    changed.includes(name) ? text(defaults, name) : '',
  ]);
  return [
    `Policy ${hash} of ${STEPS[step]}`,
    table(['parameter', 'value', 'default, where it differs'], rows),
    entries
      ? `Given by ${entries.join(', ')}.`
      : 'As Redis says; which entry gives it, the services’ own files would say.',
    '',
  ].join('\n');
}
