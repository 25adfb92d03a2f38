const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text of a recording as text of a page. */
export const markup = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

export interface Cell {
  text: string;
  /** Smaller, under the text. */
  small?: string | undefined;
  className?: string | undefined;
}

export interface TableOptions {
  caption: string;
  /** A caption that only a screen reader needs, where the heading says it. */
  hidesCaption?: boolean;
  /** Of each row's element. */
  className?: string;
}

/** A table with a caption; the first cell of a row is its head. */
export function tableOf(head: readonly string[], rows: readonly (readonly Cell[])[], options: TableOptions): string {
  const { caption, hidesCaption, className } = options;
  const heads = head.map((text, i) => `<th scope="col"${isNumeric(rows, i) ? ' class="number"' : ''}>${text}</th>`);
  return `<div class="table"><table${className === undefined ? '' : ` class="${className}"`}>
<caption${hidesCaption ? ' class="hidden"' : ''}>${markup(caption)}</caption>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.map((cells) => `<tr>${cells.map(cellOf).join('')}</tr>`).join('\n')}
</tbody></table></div>`;
}

const isNumeric = (rows: readonly (readonly Cell[])[], i: number): boolean => rows[0]?.[i]?.className === 'number';

/** A number and its short unit in one piece. */
const unbroken = (text: string): string => text.replace(/(\d) (?=(%|x|s|h|min)( |$))/g, '$1\u00a0');

function cellOf({ text, small, className }: Cell, i: number): string {
  const inner =
    markup(className === 'number' ? unbroken(text) : text) +
    (small === undefined || small === '' ? '' : `<small>${markup(small)}</small>`);
  const named = className === undefined ? '' : ` class="${className}"`;
  return i === 0 ? `<th scope="row"${named}>${inner}</th>` : `<td${named}>${inner}</td>`;
}
