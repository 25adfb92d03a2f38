/** Variables as an environment has them: texts by name. */
export type Env = Readonly<Record<string, string>>;

/** The input, under the configuration of the file unless the case names variables of its own. */
export interface Case<Given> {
  name: string;
  config?: Env;
  given: Given;
}

/** A file of test vectors: the cases, and the code's answer to each. */
export interface Vectors<Given> {
  about: string;
  /** The variables that the answers depend on, with the values for cases that name no other. */
  config: Env;
  cases: readonly Case<Given>[];
  answer: (given: Given, config: Env) => object;
}

/** JSON with escapes for everything but plain ASCII: a character that looks like a blank may not be one. */
const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The file's text: JSON, one case per line, so that a changed case shows as one line. */
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
