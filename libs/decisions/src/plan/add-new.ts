/** Adds what is not there yet, so that no decorator can change what is; of a name that several add, the last counts. */
export function addNew(to: object, additions: readonly object[]): void {
  const all = to as Record<string, unknown>;
  for (let i = additions.length - 1; i >= 0; i -= 1) {
    const added = additions[i] as Record<string, unknown>;
    for (const name in added) if (Object.hasOwn(added, name) && !Object.hasOwn(all, name)) all[name] = added[name];
  }
}
