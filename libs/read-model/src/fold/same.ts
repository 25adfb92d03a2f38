/** Whether two values of a snapshot are equal: what JSON can hold, compared deeply. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [before, after] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return names.every((name) => Object.hasOwn(after, name) && isSame(before[name], after[name]));
}

/** The value before where the value after is equal, so that an unchanged part stays the same object. */
export const keepSame = <T>(before: T, after: T): T => (isSame(before, after) ? before : after);
