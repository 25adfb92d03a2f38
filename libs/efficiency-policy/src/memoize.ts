/**
 * Memoizes a function of a key. While no more than twice `generation` keys are in use, it is called once for each. The
 * cache never holds more entries than that; beyond it the older half is dropped.
 */
export function memoize<V extends object>(compute: (key: string) => V, generation: number): (key: string) => V {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  return (key) => {
    const known = young.get(key) ?? old.get(key);
    if (known) return known;
    const found = compute(key);
    if (young.size >= generation) {
      old = young;
      young = new Map();
    }
    young.set(key, found);
    return found;
  };
}
