/** A string, or a mark that opens, closes or separates. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * Faults of the names in a JSON text that its value does not show. `JSON.parse` keeps only the last of the names that
 * occur twice in one object, and drops `__proto__` altogether.
 */
export function misnamed(json: string): string[] {
  const found: string[] = [];
  /** The names of each open object; undefined for a list. */
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
      else if (names?.has(name) === true) found.push(`${text} occurs twice in one object`);
      names?.add(name);
    }
  }
  return found;
}
