import { formatFiles, names, type Tree } from '@nx/devkit';
// With .ts: node 22 and later load generators as they are, without a compiler that would know better.
import { editOnce } from '../edits.ts';

export interface GateOptions {
  name: string;
  appliesTo: 'opens' | 'all';
  /** Where its state cannot be read, a safety gate refuses and an advisory one passes. */
  kind: 'safety' | 'advisory';
}

const GATE_LIST = 'libs/risk-gates/src/gates.ts';
/** The list of gates that a kind joins, as the last. */
const LISTS = { safety: 'ENTRY_GATES', advisory: 'ADVISORY_GATES' } as const;

/**
 * `nx g @quantum/workspace:gate <name>`: a gate in shadow mode that passes every plan until its rule is written, with a
 * test, last of its kind in the list of gates. The order of the contract does not change. Returns what Nx calls at the
 * end: it prints what is left to do.
 * @throws Error when the gate exists, or when the list no longer looks as expected (then nothing is written).
 */
export default async function gate(tree: Tree, options: GateOptions): Promise<() => void> {
  const { fileName, propertyName, constantName } = names(options.name);
  const code = constantName.toLowerCase();
  const file = `libs/risk-gates/src/gates/${fileName}.ts`;
  if (tree.exists(file)) throw new Error(`${file} exists already.`);
  tree.write(file, gateSource(propertyName, code, options.appliesTo));
  tree.write(file.replace(/\.ts$/, '.unit.test.ts'), testSource(propertyName, code, fileName));
  editOnce(
    tree,
    GATE_LIST,
    /(?:^import .* from '\.\/gates\/.*\n)+/m,
    (imports) => `${imports}import { ${propertyName} } from './gates/${fileName}.js';\n`,
  );
  editOnce(tree, GATE_LIST, new RegExp(`${LISTS[options.kind]} = \\[[^\\]]*\\]`), (gates) =>
    append(gates, propertyName),
  );
  await formatFiles(tree);
  return () => {
    console.log(nextSteps(file, code));
  };
}

const nextSteps = (file: string, code: string): string => `
The gate ${code} passes every plan and is in shadow. Next:
  1. ${file}: declare the plan fields and limits that it needs, write the rule, and the tests beside it.
  2. npx tsc -b: gates.int.test.ts of governor-plugin asks for a plan that it refuses.
  3. tools/consumers/check.py: the same rule in plain Python, where it reads plan fields.
  4. npx nx run docs:generate, and review what changes: variables, env files, gates, vectors.
  5. npx nx affected -t test
  6. Watch p32_gate_total{gate="${code}",mode="shadow"} on a real desk; then set defaultMode to enforce.
`;

/** Adds an element to the array literal that ends the text. */
const append = (list: string, element: string): string => list.replace(/,?\s*(?=\][^\]]*$)/, `, ${element}`);

const gateSource = (propertyName: string, code: string, appliesTo: string): string => `\
import { defineGate, PASS } from '../gate.js';

/**
 * TODO: what it refuses, and why. Declare what it reads of the plan's entry in \`fields\`, and its variables in
 * \`limits\` (PlanField and GateLimit in ../gate.ts). Then \`evaluate(input, limits)\` answers PASS, refuse({numbers})
 * or UNREADABLE.
 */
export const ${propertyName} = defineGate({
  name: '${code}',
  summary: 'never: its rule is not written yet',
  appliesTo: '${appliesTo}',
  defaultMode: 'shadow', // until its verdicts have been watched
  evaluate: () => PASS,
});
`;

const testSource = (propertyName: string, code: string, fileName: string): string => `\
import { describe, expect, it } from '@jest/globals';
import { GATES } from '../gates.js';
import { ${propertyName} } from './${fileName}.js';

describe('gate ${code}', () => {
  it('is one of the gates that are asked', () => {
    expect(GATES).toContain(${propertyName});
  });

  it.todo('refuses, with the numbers that decided');
  it.todo('passes at the limit');
});
`;
