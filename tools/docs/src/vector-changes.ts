/** Whether a generated file holds test vectors: what other teams' programs are checked against. */
export const holdsVectors = (path: string): boolean => path.startsWith('docs/vectors/') && path.endsWith('.json');

/**
 * The cases of a file of test vectors by their names; an empty text has none.
 * @throws SyntaxError when it is not JSON, as after a merge that left conflicts.
 */
function casesOf(text: string): Map<string, string> {
  if (text === '') return new Map();
  const { cases } = JSON.parse(text) as { cases: { name: string }[] };
  return new Map(cases.map((each) => [each.name, JSON.stringify(each)]));
}

const SHOWN = 3;
const some = (names: readonly string[]): string =>
  names.slice(0, SHOWN).map((name) => JSON.stringify(name)).join(', ') + (names.length > SHOWN ? ', ...' : ''); // prettier-ignore

/**
 * What a new version takes back of what the old one promised, in a line: cases that are gone, and those whose expected
 * answer is another, or that are given something else under the same name. Undefined where it only adds.
 */
export function takenBack(before: string, after: string): string | undefined {
  let [old, now] = [new Map<string, string>(), new Map<string, string>()];
  try {
    [old, now] = [casesOf(before), casesOf(after)];
  } catch {
    return 'the file is not JSON (conflicts of a merge?), so its cases cannot be compared';
  }
  const kinds = {
    changed: [...old.keys()].filter((name) => now.has(name) && now.get(name) !== old.get(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
  };
  const parts = Object.entries(kinds).flatMap(([kind, names]) =>
    names.length === 0 ? [] : [`${names.length} ${kind} (${some(names)})`],
  );
  return parts.length === 0 ? undefined : `cases: ${parts.join(', ')}`;
}
