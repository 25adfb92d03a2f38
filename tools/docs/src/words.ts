/** A word that prose avoids, and what to write. Blanks match line ends too. */
const AVOIDED: readonly (readonly [pattern: string, instead: string])[] = [
  ['stands?(?! by\\b|-)|stood(?! by\\b)', 'is, is stored, applies'],
  ['told', 'reported, logged'],
  ['so many', 'the number'],
  ['as such', 'nothing, or the reason'],
  ['of which', 'a sentence of its own'],
  ['none but', 'only'],
  ['nobody', 'who does not'],
  ['whoever', 'anyone who'],
  ['there is none', 'no, with the noun'],
  ['besides', 'also'],
  ['in turns', 'alternating'],
  ['(?:is|are|was) begun', 'begins'],
  ['the (?:greater|lesser|larger|smaller) of', 'max, min'],
  ['house|rooms?', 'package, module, folder'],
  ['arrows?', 'dependency, imports'],
  ['lanes?', 'partition'],
  ['in hand', 'in flight'],
  ['saboteurs?|sabotage', 'fault injection'],
  ['amid', 'during'],
  ['rides?', 'is sent with'],
  ["of one's own", 'private'],
];

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

/** The avoided words in a document's prose, a line each: where, which, and what to write. Code and generated lists are left out. */
export function avoidedWords(document: string): string[] {
  const prose = NOT_PROSE.reduce((text, pattern) => text.replace(pattern, linesOnly), document);
  return [...prose.matchAll(WORDS)].map((match) => {
    const line = prose.slice(0, match.index).split('\n').length;
    const [, instead] = AVOIDED.find((_, i) => match[i + 1] !== undefined) ?? [];
    return `${line}: "${match[0].replace(/\s+/g, ' ')}"; write: ${instead}`;
  });
}
