import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command of a document, and what it prints where the document shows that. */
export interface Step {
  readonly command: string;
  readonly output: string | undefined;
}

/**
 * The steps of a document's chapter: its indented lines as they are, each with the fenced block that follows before the
 * next one.
 *
 * @throws Error where the document has no such chapter.
 */
export function stepsOf(markdown: string, chapter: string): Step[] {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${chapter}`);
  if (start < 0) throw new Error(`the document has no chapter '${chapter}'`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  const text = lines.slice(start, end < 0 ? undefined : end).join('\n');
  return [...text.matchAll(/^```\w*\n([^]*?)^```$|^ {4}(.*)$/gm)].reduce<Step[]>((steps, [, output, command]) => {
    const last = steps.at(-1);
    if (command !== undefined) return [...steps, { command: command.trim(), output: undefined }];
    return last === undefined ? steps : [...steps.slice(0, -1), { ...last, output }];
  }, []);
}

/** The commands of a document's chapter, to the letter. */
export const commandsOf = (markdown: string, chapter: string): string[] =>
  stepsOf(markdown, chapter).map(({ command }) => command);

/** An output without what differs from run to run: figures, and the width of columns that they need. */
export const comparable = (output: string): string[] =>
  output
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/\d+(\.\d+)*/g, '0')
        .replace(/\s+/g, ' ')
        .trim(),
    );

export const readDocument = (root: string, name: string): string => readFileSync(join(root, name), 'utf8');
