import type { Tree } from '@nx/devkit';

/**
 * Replaces what `anchor` matches, which must be in the file exactly once.
 * @throws Error naming file and anchor when it is not: an edit of an unknown shape would be a guess.
 */
export function editOnce(tree: Tree, path: string, anchor: RegExp, replacement: (match: string) => string): void {
  const text = tree.read(path, 'utf-8');
  if (text === null) throw new Error(`${path} does not exist.`);
  const matches = [
    ...text.matchAll(new RegExp(anchor, anchor.flags.includes('g') ? anchor.flags : `${anchor.flags}g`)),
  ];
  if (matches.length !== 1) throw new Error(`${path}: expected ${anchor} once, found it ${matches.length} times.`);
  tree.write(
    path,
    text.replace(anchor, (match) => replacement(match)),
  );
}
