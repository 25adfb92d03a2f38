import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { holdsVectors, takenBack } from './vector-changes.js';

/** A generated file: path from the root, and what it should hold. */
export type Generated = readonly [path: string, wanted: string];

/** Where the reasons for changed vectors are kept, from the root. */
export const REASONS_FILE = 'docs/vectors/CHANGES.md';

const REASONS_HEADER = `# Changed vectors

Why expected answers of test vectors were changed or removed, newest last. Written by \`npx nx run docs:generate\`.
`;

const WHICH_SIDE =
  'Find out which side is wrong first: docs/integration.md and the pages beside it say what must hold, and tools/consumers/check.py answers from them alone. ' +
  'If the code is wrong, fix the code.';
const WITH_REASON = 'npx nx run docs:generate --because="why the old answers were wrong"';

export const readFrom = (root: string, path: string): string =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';

/**
 * Writes what differs and answers with the paths. Vectors are a promise to other teams: where one would be changed or
 * removed and there is no reason (`because`, not blank), nothing is written at all. A reason is added to REASONS_FILE.
 * @throws Error that names the vectors and says what to do.
 */
export function writeFiles(root: string, files: readonly Generated[], because = ''): string[] {
  const stale = files.filter(([path, wanted]) => readFrom(root, path) !== wanted);
  const broken = stale.flatMap(([path, wanted]) => {
    const taken = holdsVectors(path) ? takenBack(readFrom(root, path), wanted) : undefined;
    return taken === undefined ? [] : [`${path}: ${taken}`];
  });
  if (broken.length > 0 && because.trim() === '') {
    throw new Error(
      `nothing was written, as expected answers would change:\n${broken.join('\n')}\n${WHICH_SIDE}\n` +
        `If the vectors are wrong: ${WITH_REASON}`,
    );
  }
  for (const [path, wanted] of stale) write(root, path, wanted);
  if (broken.length === 0) return stale.map(([path]) => path);
  const reasons = readFrom(root, REASONS_FILE) || REASONS_HEADER;
  write(
    root,
    REASONS_FILE,
    `${reasons}\n- ${because.trim().replace(/\s+/g, ' ')}\n${broken.map((line) => `  - ${line}\n`).join('')}`,
  );
  return [...stale.map(([path]) => path), REASONS_FILE];
}

/** What is not as generated, a line a file, with what to do about it. */
export const findStale = (root: string, files: readonly Generated[]): string[] =>
  files.flatMap(([path, wanted]) => {
    const found = readFrom(root, path);
    if (found === wanted) return [];
    const taken = holdsVectors(path) ? takenBack(found, wanted) : undefined;
    if (taken === undefined) return [`${path} differs from what the code says: npx nx run docs:generate`];
    return [`${path}: the code answers otherwise, ${taken}. ${WHICH_SIDE} If the vectors are wrong: ${WITH_REASON}`];
  });

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
