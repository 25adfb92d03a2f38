import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createScratchRepo, type ScratchRepo } from '@quantum/testing';

const SUCCESS = expect.objectContaining({ code: 0 });
const FILE = 'libs/risk-gates/src/gates/max-leverage.ts';
const UNIT_TEST = 'libs/risk-gates/src/gates/max-leverage.unit.test.ts';
const INT_TEST = 'apps/governor-plugin/src/reserve/gates.int.test.ts';
const CHECKER = 'tools/consumers/check.py';

const GATE = `import { defineGate, PASS, refuse } from '../gate.js';

/** Refuses opens with more leverage than the desk allows. Advisory: a plan that does not state its leverage passes. */
export const maxLeverage = defineGate({
  name: 'max_leverage',
  summary: 'the leverage of the plan is more than \`GOV_MAX_LEVERAGE\`',
  appliesTo: 'opens',
  defaultMode: 'shadow', // until its verdicts have been watched
  fields: { leverage: { field: 'leverage', holds: 'a factor, >= 0', absent: '\`max_leverage\` passes' } },
  limits: {
    maxLeverage: {
      variable: 'GOV_MAX_LEVERAGE',
      kind: 'number',
      default: 20,
      describe: 'Opening plans with more leverage are refused (max_leverage)',
      above: 0,
    },
  },
  evaluate: ({ leverage }, { maxLeverage: most }) =>
    typeof leverage === 'number' && leverage > most ? refuse({ leverage, max_leverage: most }) : PASS,
});
`;
const RULE_TEST = `
it('max_leverage refuses more than its limit alone', () => {
  const verdict = (leverage: number | undefined | 'unreadable') =>
    maxLeverage.evaluate({ ...calm, leverage }, limits).refused;
  expect([20.1, 20, undefined, 'unreadable' as const].map(verdict)).toEqual([true, false, false, false]);
});
`;
const CASE = `  max_leverage: {
    env: { GOV_GATE_MAX_LEVERAGE: 'enforce' },
    plan: { extra: { leverage: 20.5 } },
    numbers: { leverage: 20.5, max_leverage: 20 },
  },
`;
const CHECK = `        leverage = plan_number(plan.get("leverage"))
        if leverage is not None and leverage > number(config["GOV_MAX_LEVERAGE"]):
            refused.append("max_leverage")
`;

/** What a gate's types reach, tests included, as one program: `tsc -b` takes three times as long. */
const TSCONFIG = {
  extends: './tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    emitDeclarationOnly: false,
  },
  include: ['libs/risk-gates/src', 'libs/decisions/src'],
  files: [
    'libs/policy/src/index.ts',
    'libs/shadow-evidence/src/policy.test-support.ts',
    'apps/governor-plugin/src/lua.d.ts',
    INT_TEST,
  ],
};
const BUNDLE = ['--bundle', '--platform=node', '--loader:.lua=text', '--log-level=error'];

describe('a gate on a plan field that nobody read before', () => {
  let repo: ScratchRepo;
  let generated: string[];
  const path = (name: string): string => join(repo.root, name);
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  const changed = async (): Promise<string[]> =>
    (await repo.run('git', 'status', '--porcelain', '--untracked-files=all')).stdout
      .split('\n')
      .flatMap((line) => line.slice(3) || [])
      .sort();
  const insert = (name: string, text: string, before: string): void => {
    expect(read(name).split(before)).toHaveLength(2);
    writeFileSync(
      path(name),
      read(name).replace(before, () => text + before),
    );
  };
  const jest = (project: string, ...args: string[]) =>
    repo.bin('jest', '--projects', path(`${project}/jest.config.cjs`), '--testPathPatterns', ...args);

  beforeAll(async () => {
    repo = await createScratchRepo();
    expect(await repo.bin('nx', 'g', '@quantum/workspace:gate', 'max-leverage', '--kind=advisory')).toEqual(SUCCESS);
    generated = await changed();
    writeFileSync(path(FILE), GATE);
    insert(UNIT_TEST, "import { calm, limits } from '../calm.test-support.js';\n", 'import { GATES }');
    writeFileSync(path(UNIT_TEST), read(UNIT_TEST).replace(/^ {2}it\.todo.*\n/gm, '') + RULE_TEST);
    insert(INT_TEST, CASE, '};\nconst NAMES = ');
    insert(CHECKER, CHECK, '    return {\n        "closing": closing, "stop_update"');
  }, 120_000);
  afterAll(() => {
    repo.remove();
  });

  it('is one file, its tests, its line in the list and the rule of the independent checker', async () => {
    expect(generated).toEqual([FILE, UNIT_TEST, 'libs/risk-gates/src/gates.ts'].sort());
    expect(await changed()).toEqual([...generated, INT_TEST, CHECKER].sort());
  });

  it('compiles; its rule, the codec of records and the variables pass their tests', async () => {
    writeFileSync(path('tsconfig.trial.json'), JSON.stringify(TSCONFIG));
    const types = repo.bin('tsc', '--project', 'tsconfig.trial.json');
    const tests = await Promise.all([
      jest('libs/risk-gates', '(max-leverage|declared|evaluate)\\.unit'),
      jest('libs/decisions', '(codec|decode)\\.unit'),
      jest('libs/policy', '(gates|limits)\\.unit'),
    ]);
    expect(tests).toEqual([SUCCESS, SUCCESS, SUCCESS]);
    expect(await types).toEqual(SUCCESS);
  }, 120_000);

  it('refuses, is counted in shadow, can be off and lets exits pass, in the governor', async () => {
    const { code, stderr } = await jest('apps/governor-plugin', 'gates\\.int', '--testNamePattern', 'max_leverage');
    expect([code, stderr]).toEqual([0, expect.stringContaining('Tests: ')]);
    expect(stderr).toMatch(/5 passed/);
  }, 120_000);

  it('is documented and in the vectors, which an independent checker answers alike', async () => {
    const bundled = await repo.bin('esbuild', 'tools/docs/src/main.ts', ...BUNDLE, '--outfile=dist/tools/docs/main.js');
    expect([bundled, await repo.run('node', 'dist/tools/docs/main.js', 'generate')]).toEqual([SUCCESS, SUCCESS]);
    expect(read('deploy/env/governor.env')).toMatch(/GOV_MAX_LEVERAGE=20\n[^]*GOV_GATE_MAX_LEVERAGE=shadow\n/);
    expect(read('docs/integration/apply-layer.md')).toMatch(/\| `leverage` +\| a factor, >= 0 [^]*\| `max_leverage` /);
    expect(read('docs/vectors/plans.json')).toContain('"refused_by":["max_leverage"]');
    expect(await repo.run('python3', CHECKER)).toEqual(SUCCESS);
  }, 60_000);

  it('did not exist for recordings made before it: they replay to the byte', async () => {
    const main = path('dist/apps/shadow-report/main.js');
    expect(await repo.bin('esbuild', 'apps/shadow-report/src/main.ts', ...BUNDLE, `--outfile=${main}`)).toEqual(
      SUCCESS,
    );
    for (const version of [1, 2, 3]) {
      const recording = `apps/shadow-report/fixtures/recording-v${version}.qrec`;
      const { code, stdout } = await repo.run('node', main, 'replay', recording);
      expect([code, stdout]).toEqual([0, expect.stringContaining('IDENTICAL')]);
    }
  }, 60_000);
});
