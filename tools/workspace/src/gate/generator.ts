import { formatFiles, names, type Tree } from '@nx/devkit';
// With .ts: node 22 and later load generators as they stand, without a compiler that would know better.
import { editOnce } from '../edits.ts';

export interface GateOptions {
  /** File name, kebab-case. */
  name: string;
  appliesTo: 'opens' | 'all';
}

const GATE_LIST = 'libs/risk-gates/src/gates.ts';
const NAME_LIST = 'libs/redis-schemas/src/reasons.ts';

/**
 * `nx g @quantum/workspace:gate <name>`: a gate that passes every plan until its rule is written, with a test, last in
 * the list of names and in the list of gates, so that the order of the contract stays.
 * @throws Error when the gate exists, or when a list no longer looks as expected (then nothing is written).
 */
export default async function gate(tree: Tree, options: GateOptions): Promise<void> {
  const { fileName, propertyName, constantName } = names(options.name);
  const code = constantName.toLowerCase();
  const file = `libs/risk-gates/src/gates/${fileName}.ts`;
  if (tree.exists(file)) throw new Error(`${file} exists already.`);
  tree.write(file, gateSource(propertyName, code, options.appliesTo));
  tree.write(file.replace(/\.ts$/, '.unit.test.ts'), testSource(propertyName, code, fileName));
  editOnce(tree, NAME_LIST, /GATE_NAMES = \[[^\]]*\] as const;/, (list) => append(list, `'${code}'`));
  editOnce(
    tree,
    GATE_LIST,
    /(?:^import .* from '\.\/gates\/.*\n)+/m,
    (imports) => `${imports}import { ${propertyName} } from './gates/${fileName}.js';\n`,
  );
  editOnce(tree, GATE_LIST, /ADVISORY_GATES: readonly Gate\[\] = \[[^\]]*\];/, (list) => append(list, propertyName));
  await formatFiles(tree);
}

/** Adds an element to the array literal that ends the text. */
const append = (list: string, element: string): string => list.replace(/,?\s*(?=\][^\]]*$)/, `, ${element}`);

const gateSource = (propertyName: string, code: string, appliesTo: string): string => `\
import { PASS, type Gate } from '../gate.js';

/**
 * TODO: what it refuses, and why. What it reads becomes a field of GateInput, what it is held to one of GateLimits
 * (../gate.ts); then \`evaluate(input, limits)\` answers PASS, refuse({numbers}) or UNREADABLE.
 */
export const ${propertyName}: Gate = {
  name: '${code}',
  summary: 'never: its rule is not written yet',
  appliesTo: '${appliesTo}',
  evaluate: () => PASS,
};
`;

const testSource = (propertyName: string, code: string, fileName: string): string => `\
import { describe, expect, it } from '@jest/globals';
import { GATES } from '../gates.js';
import { ${propertyName} } from './${fileName}.js';

describe('gate ${code}', () => {
  it('is one of the gates that are asked', () => {
    expect(GATES.filter(({ name }) => name === '${code}')).toEqual([${propertyName}]);
  });

  it.todo('refuses, with the numbers that decided');
  it.todo('passes at the limit');
});
`;
