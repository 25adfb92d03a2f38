/** Variables as an environment has them: texts by name. */
export type Env = Readonly<Record<string, string>>;

/** What is given, under the configuration of the file unless the case names variables of its own. */
export interface Case<Given> {
  name: string;
  config?: Env;
  given: Given;
}

/** A file of test vectors: the cases that were thought of, and how the code answers each. */
export interface Vectors<Given> {
  about: string;
  /** The variables that the answers depend on, with the values that hold where a case names no other. */
  config: Env;
  cases: readonly Case<Given>[];
  answer: (given: Given, config: Env) => object;
}

/** JSON with escapes for all that is not plain ASCII: what looks like a blank may be none. */
const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The file's text: JSON, a case a line, so that a change of one shows as one line. */
export function render<Given>({ about, config, cases, answer }: Vectors<Given>): string {
  const names = cases.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two cases are named ${twice}`);
  const lines = cases.map((one) => {
    const expect = answer(one.given, { ...config, ...one.config });
    return `    ${ascii(JSON.stringify({ ...one, expect }))}`;
  });
  return [
    '{',
    `  "about": ${JSON.stringify(about)},`,
    `  "config": ${JSON.stringify(config)},`,
    '  "cases": [',
    lines.join(',\n'),
    '  ]',
    '}',
    '',
  ].join('\n');
}
