/** What a new version of a file of test vectors does to the old one: names of cases. */
export interface VectorChanges {
  added: readonly string[];
  /** Cases whose expected answer is another, or that are given something else under the same name. */
  changed: readonly string[];
  removed: readonly string[];
}

interface Case {
  name: string;
}

/** Whether a generated file holds test vectors: what other teams' programs are checked against. */
export const holdsVectors = (path: string): boolean => path.startsWith('docs/vectors/') && path.endsWith('.json');

/**
 * Compares two versions of a file of test vectors, as text; an empty old version has no cases.
 * @throws SyntaxError when the old version is not JSON, as after a merge that left conflicts.
 */
export function vectorChanges(before: string, after: string): VectorChanges {
  const [old, now] = [casesOf(before), casesOf(after)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    changed: [...old.keys()].filter((name) => now.has(name) && now.get(name) !== old.get(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
  };
}

function casesOf(text: string): Map<string, string> {
  if (text === '') return new Map();
  const { cases } = JSON.parse(text) as { cases: Case[] };
  return new Map(cases.map((each) => [each.name, JSON.stringify(each)]));
}

const SHOWN = 3;
const some = (names: readonly string[]): string =>
  names.slice(0, SHOWN).map((name) => JSON.stringify(name)).join(', ') + (names.length > SHOWN ? ', ...' : ''); // prettier-ignore

/** What a new version takes back of what the old one promised, in a line; undefined where it only adds. */
export function takenBack(before: string, after: string): string | undefined {
  let changes: VectorChanges;
  try {
    changes = vectorChanges(before, after);
  } catch {
    return 'the file is not JSON (conflicts of a merge?), so its cases cannot be compared';
  }
  const parts = (['changed', 'removed'] as const).flatMap((kind) =>
    changes[kind].length === 0 ? [] : [`${changes[kind].length} ${kind} (${some(changes[kind])})`],
  );
  return parts.length === 0 ? undefined : `cases: ${parts.join(', ')}`;
}
