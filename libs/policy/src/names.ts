/** A text, or a mark that opens, closes or separates. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * What is wrong with the names in a JSON text and cannot be seen in its value: names that stand twice in one object, of
 * which `JSON.parse` passes over all but the last, and `__proto__`, which is passed over altogether.
 */
export function misnamed(json: string): string[] {
  const found: string[] = [];
  /** The names of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let text = '';
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':' && token !== ',') text = token;
    else if (token === ':') {
      const name = JSON.parse(text) as string;
      const names = open.at(-1);
      if (name === '__proto__') found.push('"__proto__" can be no name');
      else if (names?.has(name) === true) found.push(`${text} stands twice in one object`);
      names?.add(name);
    }
  }
  return found;
}
