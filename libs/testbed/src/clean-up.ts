/** Has `end` called with the thing at the end. Returns the thing. */
export type Keep = <P>(thing: P, end: (thing: P) => unknown) => P;

/** Runs `play`. In any case it then ends, one after the other, what `play` has kept: the last thing first. */
export async function withCleanUp<T>(play: (keep: Keep) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = [];
  try {
    return await play((thing, end) => {
      ends.push(() => end(thing));
      return thing;
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
