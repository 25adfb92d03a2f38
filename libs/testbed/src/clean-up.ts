/** Has `end` called with the thing at the end. Returns the thing. */
export type Keep = <P>(thing: P, end: (thing: P) => unknown) => P;

/**
 * Runs `play`. In any case it then ends, one after the other, all that `play` has kept: the last thing first.
 * @throws what `play` throws, or else the first failure of an end
 */
export async function withCleanUp<T>(play: (keep: Keep) => Promise<T>): Promise<T> {
  const ends: (() => Promise<unknown>)[] = [];
  const keep: Keep = (thing, end) => {
    ends.push(() => Promise.resolve().then(() => end(thing)));
    return thing;
  };
  const [played] = await Promise.allSettled([Promise.resolve(keep).then(play)]);
  const failures: unknown[] = [];
  for (const end of ends.reverse()) await end().catch((error: unknown) => failures.push(error));
  if (played.status === 'rejected') throw played.reason;
  if (failures.length > 0) throw failures[0];
  return played.value;
}
