import { dirname, join } from 'node:path/posix';

export type Source = readonly [file: string, text: string];

/** `join(BASE, 'a', 'b')` and `resolve`: what they are given first, and the literals after it. */
const JOINED = /\b(?:join|resolve)\(\s*([\w.()]+),\s*('[^'\n]*'(?:,\s*'[^'\n]*')*)/g;
/** A path in one literal, or after a folder in a template: `${REPO_ROOT}/deploy/install`. */
const WHOLE = /'([^'\s]*\/[^'\s]*)'|\}\/([\w./-]+)/g;
/** What hands a test the root of this repository or of a copy. */
const ROOTS = /\b(?:REPO_ROOT|createScratchRepo)\b/;

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function joinedIn([file, text]: Source): string[] {
  return [...text.matchAll(JOINED)].map(([, base, literals = '']) => {
    const path = literals.slice(1, -1).replace(/',\s*'/g, '/');
    return base === '__dirname' ? join(dirname(file), path) : join(path);
  });
}

const wholeIn = ([file, text]: Source): string[] =>
  [...text.matchAll(WHOLE)].map(([, literal, rest]) => {
    const path = literal ?? rest ?? '';
    return /^\.\.?\//.test(path) ? join(dirname(file), path) : path;
  });

/**
 * Existing files and folders outside a project that its sources name, relative to the repository's root, each with the
 * source. Empty if no source leaves the project: what looks like a path is then a text that a test expects.
 */
export function outsidePaths(
  project: string,
  sources: readonly Source[],
  isThere: (path: string) => boolean,
): [file: string, path: string][] {
  const leaves = (source: Source): boolean =>
    ROOTS.test(source[1]) || joinedIn(source).some((path) => path === '.' || path === '..' || isRelevant(path));
  const isRelevant = (path: string): boolean => !isWithin(path, project) && isThere(path);
  if (!sources.some(leaves)) return [];
  return sources.flatMap((source) =>
    [...new Set([...joinedIn(source), ...wholeIn(source)].map((path) => path.replace(/\/$/, '')))]
      .filter(isRelevant)
      .map((path): [string, string] => [source[0], path]),
  );
}
