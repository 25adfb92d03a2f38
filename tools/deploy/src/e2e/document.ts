import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commands of a document's chapter: its indented lines, as they stand there. */
export function commandsOf(markdown: string, chapter: string): string[] {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${chapter}`);
  if (start < 0) throw new Error(`the document has no chapter '${chapter}'`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  const text = lines.slice(start, end < 0 ? undefined : end).join('\n');
  return text
    .replace(/^```[^]*?^```$/gm, '') // what a command prints
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim());
}

export const readDocument = (root: string, name: string): string => readFileSync(join(root, name), 'utf8');
