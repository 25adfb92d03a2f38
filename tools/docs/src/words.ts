import avoided from './avoided-words.json' with { type: 'json' };

/** Words that prose avoids, and what to write. Blanks match line ends too. Lint reads the same list for comments. */
const AVOIDED = avoided as [pattern: string, instead: string][];

const WORDS = new RegExp(
  AVOIDED.map(([pattern]) => `(\\b(?:${pattern})\\b)`)
    .join('|')
    .replaceAll(' ', '\\s+'),
  'gi',
);

// Generated lists take their words from the code; code and link targets are names.
const NOT_PROSE = [
  /<!-- generated: [^]*?<!-- end -->/g,
  /<!-- measured: [^]*?<!-- \/measured -->/g,
  /^ *```[^]*?^ *```/gm,
  /^ {4,}.*$/gm,
  /`[^`]*`/g,
  /\]\([^)\s]*\)/g,
];

const linesOnly = (text: string): string => text.replace(/[^\n]/g, '#');

/**
 * The avoided words in a document's prose, a line each: where, which, and what to write. Code and generated lists are
 * left out.
 */
export function avoidedWords(document: string): string[] {
  const prose = NOT_PROSE.reduce((text, pattern) => text.replace(pattern, linesOnly), document);
  return [...prose.matchAll(WORDS)].map((match) => {
    const line = prose.slice(0, match.index).split('\n').length;
    const [, instead] = AVOIDED.find((_, i) => match[i + 1] !== undefined) ?? [];
    return `${line}: "${match[0].replace(/\s+/g, ' ')}"; write: ${instead}`;
  });
}
