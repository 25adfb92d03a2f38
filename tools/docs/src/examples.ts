/** A statement without what a formatter may change: blanks, commas before a bracket, notes at the end of a line. */
const plain = (code: string): string =>
  code
    .replace(/ *\/\/ .*$/gm, '')
    .replace(/\s+/g, '')
    .replace(/,(?=[)\]}])/g, '');

/** Test files that a document says its examples are run as, each with the code before it. */
export const examplesOf = (document: string): { file: string; code: string }[] =>
  [...document.matchAll(/```ts\n((?:(?!```)[\s\S])*)```\s*\(run as \[[^\]]*\]\(([^)]+)\)\)/g)].map(
    ([, code = '', file = '']) => ({ file, code }),
  );

/** Statements of an example that its test does not have. */
export function missingStatements(code: string, test: string): string[] {
  const tested = plain(test);
  const statements = code.replace(/ *\/\/ .*$/gm, '').split(/;\s*\n/).map((statement) => statement.trim()); // prettier-ignore
  return statements.filter((statement) => !tested.includes(plain(statement)));
}
