import { shown } from '@quantum/shadow-evidence';
import Table from 'cli-table3';
import type { Damage } from './file/open.js';

/** Rows under a head, the first column to the left, all others to the right; no colours, so that it can be piped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}

export const damageText = ({ places, bytes }: Damage): string =>
  `${shown(bytes)} bytes in ${shown(places)} places are damaged: what was recorded there is missing`;
