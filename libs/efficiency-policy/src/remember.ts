/**
 * Remembers what a look-up answers: for as long as it is asked for no more than twice `generation` keys, each is looked up
 * once, and no more than so many answers are ever held. Beyond that the older half is forgotten.
 */
export function remember<V extends object>(look: (key: string) => V, generation: number): (key: string) => V {
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
