import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createScratchRepo, type Outcome, type ScratchRepo } from '@quantum/testing';

const TIMEOUT_MS = 240_000;
const SUCCESS = expect.objectContaining({ code: 0 });

describe('generators', () => {
  let repo: ScratchRepo;
  let outcomes: Outcome[];
  const read = (path: string): string => readFileSync(join(repo.root, path), 'utf8');

  beforeAll(async () => {
    repo = await createScratchRepo();
    outcomes = [
      await repo.bin('nx', 'g', '@quantum/workspace:gate', 'max-spread', '--kind=advisory'),
      await repo.bin('nx', 'g', '@quantum/workspace:gate', 'max-orders', '--kind=safety'),
      await repo.bin('nx', 'g', '@quantum/workspace:library', 'spread-model', '--type=pure', '--team=allocation'),
    ];
  }, TIMEOUT_MS);
  afterAll(() => {
    repo.remove();
  });

  it('work', () => {
    expect(outcomes).toEqual([SUCCESS, SUCCESS, SUCCESS]);
  });

  it('put a gate last of its kind into the list', () => {
    const gates = read('libs/risk-gates/src/gates.ts');
    expect(gates).toMatch(/ADVISORY_GATES.*, maxSpread\] as const;/);
    expect(gates).toMatch(/ENTRY_GATES.*, maxOrders\] as const;/);
  });

  it('put a gate into shadow, and say what is left to do', () => {
    expect(read('libs/risk-gates/src/gates/max-spread.ts')).toContain("defaultMode: 'shadow'");
    expect(outcomes[0]?.stdout).toMatch(/max_spread passes every plan and is in shadow[^]*docs:generate/);
  });

  it('make a library known to types, owners and the lock file', () => {
    expect(read('tsconfig.json')).toContain('"./libs/spread-model"');
    expect(read('.github/CODEOWNERS')).toMatch(
      /\n\/libs\/shadow-evidence\/ .*\n\/libs\/spread-model\/ @quantum\/p29-allocation\n\/libs\/test-fixtures\//,
    );
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> };
    expect(lock.packages).toHaveProperty(['node_modules/@quantum/spread-model'], {
      resolved: 'libs/spread-model',
      link: true,
    });
    expect(existsSync(join(repo.root, 'node_modules/@quantum/spread-model/package.json'))).toBe(true);
  });

  it('touch a lock file only where they must: npm has nothing to add', async () => {
    const before = read('package-lock.json');
    const npm = ['install', '--package-lock-only', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    expect(await repo.run('npm', ...npm)).toEqual(SUCCESS);
    expect(read('package-lock.json')).toBe(before);
  });

  it(
    'leave code that compiles, is clean and whose tests pass',
    async () => {
      const made = ['libs/risk-gates', 'libs/spread-model'];
      expect(await repo.bin('tsc', '--build', ...made)).toEqual(SUCCESS);
      expect(await repo.lint(...made)).toEqual(SUCCESS);
      expect(await repo.bin('prettier', '--check', ...made, '*.json')).toEqual(SUCCESS);
      const tests = ['max-(spread|orders)\\.unit', 'readme-example\\.unit'];
      const projects = made.map((folder) => join(repo.root, folder, 'jest.config.cjs'));
      const jest = await repo.bin('jest', '--maxWorkers=1', '--projects', ...projects, '--testPathPatterns', ...tests);
      expect(jest).toEqual(SUCCESS);
      expect(jest.stderr).toMatch(/^PASS .*max-spread\.unit\.test\.ts/m);
      expect(jest.stderr).toMatch(/^PASS .*spread-model\/src\/readme-example\.unit\.test\.ts/m);
    },
    TIMEOUT_MS,
  );

  it('refuse to write over what exists', async () => {
    expect(await repo.bin('nx', 'g', '@quantum/workspace:gate', 'max-spread', '--kind=advisory')).not.toEqual(SUCCESS);
    expect(
      await repo.bin('nx', 'g', '@quantum/workspace:library', 'metrics', '--type=pure', '--team=platform'),
    ).not.toEqual(SUCCESS);
  });
});
