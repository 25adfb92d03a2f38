import Table from 'cli-table3';

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

/** A number for people: grouped, with so many decimals. */
export const shown = (value: number, decimals = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
