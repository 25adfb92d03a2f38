import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { variable } from './variable.js';

/** Several times a bundle of all CAs. A device has no end, and a pipe may never have one. */
const MAX_BYTES = 2 ** 20;

/** Undefined where there is no file, it cannot be read, or it is blank or larger than a password or certificates. */
function contentOf(path: string): string | undefined {
  try {
    const about = statSync(path);
    if (!about.isFile() || about.size > MAX_BYTES) return undefined;
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The content of a file that is named by its path: what is logged is the path. */
const fileContent = z.string().transform((path, context) => {
  const content = contentOf(path);
  if (content !== undefined) return content;
  context.addIssue('not allowed');
  return z.NEVER;
});

/**
 * Declares a variable that names a file; its value is what the file holds. `secrets`: what of it must be in no output.
 */
export const file = <const P extends string>(
  property: P,
  describe: string,
  example: string,
  secrets?: (path: string) => string[],
) =>
  variable(fileContent, 'the path of a file that can be read and is not empty', {
    property,
    describe,
    example,
    ...(secrets && { secrets, mayBeMisplaced: (path) => !path.includes('/') }),
  });

/** A secret file, as lines, because a PEM text is quoted by the line. */
export const secretLines = (path: string): string[] => {
  const lines = contentOf(path)?.split('\n') ?? [];
  return lines.filter((line) => !line.startsWith('-----'));
};
