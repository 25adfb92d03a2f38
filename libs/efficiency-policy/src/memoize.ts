/**
 * Memoizes a look-up. While no more than twice `generation` keys are in use, each is looked up once. The cache never
 * holds more entries than that; beyond it the older half is dropped.
 */
export function memoize<V extends object>(look: (key: string) => V, generation: number): (key: string) => V {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  return (key) => {
    const known = young.get(key) ?? old.get(key);
    if (known) return known;
    const found = look(key);
    if (young.size >= generation) {
      old = young;
      young = new Map();
    }
    young.set(key, found);
    return found;
  };
}
