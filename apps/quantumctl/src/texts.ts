/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** A reason without the full stop that it may bring. */
export const withoutStop = (why: string): string => why.trim().replace(/\.$/, '');

/** A duration as a person reads it: 8 s, 12 min, 3.5 h, 2.0 days. One below 0 is 0: clocks differ. */
export function duration(seconds: number): string {
  const sec = Math.max(0, seconds);
  if (sec < 120) return `${Math.round(sec)} s`;
  if (sec < 7200) return `${Math.round(sec / 60)} min`;
  return sec < 172_800 ? `${(sec / 3600).toFixed(1)} h` : `${(sec / 86_400).toFixed(1)} days`;
}

/** Rows of cells as lines, each column as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()); // prettier-ignore
}

/** Rows under a head, each column as wide as its widest text. */
export const columns = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  table([head, ...rows]).map((line) => `${line}\n`).join(''); // prettier-ignore

/** Lines of at most `width` characters, all but the first indented like it. A word that is longer stays whole. */
export function wrapped(label: string, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && label.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, i) => `${i === 0 ? label : ' '.repeat(label.length)}${one}`);
}
