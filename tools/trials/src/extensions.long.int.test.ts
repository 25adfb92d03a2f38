import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CHECKER,
  decorator,
  gate,
  GATE_FILE,
  GATE_TEST,
  parameter,
  REPLAY_TEST,
  type Extension,
} from './extensions.test-support.js';
import { createScratchRepo, type Outcome, type ScratchRepo } from '@quantum/testing';

const SUCCESS = expect.objectContaining({ code: 0 });
const GENERATED = [GATE_FILE, GATE_TEST, 'libs/risk-gates/src/gates.ts'];
/** The types of the whole tree, tests included, as one program: `tsc -b` takes three times as long. */
const TSCONFIG = {
  extends: './tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    allowImportingTsExtensions: true,
    composite: false,
    incremental: false,
    declaration: false,
    emitDeclarationOnly: false,
  },
  include: ['apps/*/src', 'libs/*/src', 'tools/*/src'],
};
const BUNDLE = ['--bundle', '--platform=node', '--loader:.lua=text', '--log-level=error'];

let repo: ScratchRepo;
let generated: string[];
const path = (name: string): string => join(repo.root, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');
const testsOf = (projects: readonly string[], ...args: string[]): Promise<Outcome> =>
  repo.bin('jest', '--projects', ...projects.map((folder) => path(`${folder}/jest.config.cjs`)), '--testPathPatterns', ...args); // prettier-ignore

async function changedFiles(): Promise<string[]> {
  const { stdout } = await repo.run('git', 'status', '--porcelain', '--untracked-files=all');
  return stdout.split('\n').flatMap((line) => line.slice(3) || []).sort(); // prettier-ignore
}

/** @throws Error where a place is not there exactly once */
function apply({ made, inserted }: Extension): void {
  for (const [name, text] of Object.entries(made)) writeFileSync(path(name), text);
  for (const [name, text, before] of inserted) {
    if (read(name).split(before).length !== 2) throw new Error(`${name}: expected once: ${before}`);
    writeFileSync(
      path(name),
      read(name).replace(before, () => text + before),
    );
  }
}

const filesOf = ({ made, inserted }: Extension): Set<string> =>
  new Set([...Object.keys(made), ...inserted.map(([name]) => name)]);

beforeAll(async () => {
  repo = await createScratchRepo();
  expect(await repo.bin('nx', 'g', '@quantum/workspace:gate', 'max-leverage', '--kind=advisory')).toEqual(SUCCESS);
  generated = await changedFiles();
  for (const extension of [gate, decorator, parameter]) apply(extension);
}, 120_000);
afterAll(() => {
  repo.remove();
});

it('a gate, a permit decorator and a policy parameter are five files each, or fewer', async () => {
  expect(generated).toEqual(GENERATED.toSorted());
  expect(new Set([...GENERATED, ...filesOf(gate)]).size).toBe(5);
  expect(filesOf(decorator).size).toBe(5);
  expect(filesOf(parameter).size).toBe(4);
  const all = new Set([gate, decorator, parameter].flatMap((extension) => [...filesOf(extension)]).concat(GENERATED));
  expect(await changedFiles()).toEqual([...all].sort());
});

it('the governor refuses by the gate, counts it in shadow, can have it off, and lets exits pass', async () => {
  const { code, stderr } = await testsOf(['apps/governor-plugin'], '/gates\\.int', '--testNamePattern', 'max_leverage');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/Tests: .* 5 passed/)]);
}, 120_000);

it('they are documented and in the vectors, which an independent checker answers alike', async () => {
  const bundled = await repo.bin('esbuild', 'tools/docs/src/main.ts', ...BUNDLE, '--outfile=dist/tools/docs/main.js');
  expect([bundled, await repo.run('node', 'dist/tools/docs/main.js', 'generate')]).toEqual([SUCCESS, SUCCESS]);
  expect(read('deploy/env/governor.env')).toMatch(/P31_DOWNSIZE_POWER=1\n[^]*GOV_MAX_LEVERAGE=20\n[^]*GOV_GATE_MAX_LEVERAGE=shadow\n/); // prettier-ignore
  const pages = read('docs/integration/apply-layer.md');
  for (const name of ['leverage', 'max_leverage', 'venue']) expect(pages).toContain(`\n| \`${name}\` `);
  expect(read('docs/vectors/plans.json')).toContain('"refused_by":["max_leverage"]');
  expect(await repo.run('python3', CHECKER)).toEqual(SUCCESS);
}, 60_000);

it('the whole tree compiles, and passes its unit tests and one of a replay', async () => {
  writeFileSync(path('libs/decisions/src/plan/replay-trial.unit.test.ts'), REPLAY_TEST);
  writeFileSync(path('tsconfig.trial.json'), JSON.stringify(TSCONFIG));
  expect(await repo.bin('tsc', '--project', 'tsconfig.trial.json')).toEqual(SUCCESS);
  const config = path('tools/jest/all.config.cjs');
  expect(await repo.bin('jest', '--config', config, '--testPathPatterns', '\\.unit\\.test')).toEqual(SUCCESS);
}, 600_000);

it('they did not exist for recordings made before them: these replay to the byte', async () => {
  const main = path('dist/apps/shadow-report/main.js');
  expect(await repo.bin('esbuild', 'apps/shadow-report/src/main.ts', ...BUNDLE, `--outfile=${main}`)).toEqual(SUCCESS);
  for (const version of [1, 2, 3, 4]) {
    const recording = `apps/shadow-report/fixtures/recording-v${version}.qrec`;
    const { code, stdout } = await repo.run('node', main, 'replay', recording);
    expect([code, stdout]).toEqual([0, expect.stringContaining('IDENTICAL')]);
  }
}, 60_000);
