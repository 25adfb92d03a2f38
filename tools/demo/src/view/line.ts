import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';
export type Span = readonly [text: string, style?: Style];
export type Line = readonly Span[];
/** Applies a style to a text, or leaves it unchanged. */
export type Paint = (style: Style, text: string) => string;

export const plainPaint: Paint = (_, text) => text;
export const colourPaint: Paint = (style, text) => styleText(style, text);

/** Control characters would move the cursor: text from Redis is shown, never obeyed. */
const harmless = (text: string): string => text.replace(/\p{C}/gu, '?');

/** A text of exactly `width` columns: cut with an ellipsis, or padded on the right (`start`) or left (`end`). */
export function cell(text: string, width: number, align: 'start' | 'end' = 'start'): string {
  const safe = harmless(text);
  if (safe.length > width) return width <= 0 ? '' : `${safe.slice(0, width - 1)}…`;
  return align === 'start' ? safe.padEnd(width) : safe.padStart(width);
}

export const widthOf = (line: Line): number => line.reduce((sum, [text]) => sum + text.length, 0);

/** The line cut to `width` columns, and padded to them if `pad`. */
export function fitLine(line: Line, width: number, pad = false): Line {
  let left = width;
  const fitted: Span[] = [];
  for (const [text, style] of line) {
    if (left <= 0) break;
    const part = cell(text, Math.min(text.length, left));
    fitted.push(style === undefined ? [part] : [part, style]);
    left -= part.length;
  }
  if (pad && left > 0) fitted.push([' '.repeat(left)]);
  return fitted;
}

/** The line as text of at most `width` columns. */
export const paintLine = (line: Line, width: number, paint: Paint): string =>
  fitLine(line, width)
    .map(([text, style]) => (style === undefined ? text : paint(style, text)))
    .join('');

/** Two blocks side by side: the left one padded to its width. */
export function beside(left: readonly Line[], leftWidth: number, right: readonly Line[]): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
    ...fitLine(left[index] ?? [], leftWidth, true),
    ...(right[index] ?? []),
  ]);
}
