import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** This repository's root, seen from src/. */
export const REPO_ROOT = join(__dirname, '..', '..', '..');

const NOT_COPIED = new Set(['.git', '.nx', 'dist', 'node_modules', 'out-tsc', 'tmp']);

export interface Outcome {
  /** Exit code. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface ScratchRepo {
  root: string;
  /** Runs a program in the scratch repository. Never rejects for an exit code. */
  run(file: string, ...args: string[]): Promise<Outcome>;
  /** Runs an executable of node_modules/.bin there. */
  bin(name: string, ...args: string[]): Promise<Outcome>;
  /**
   * Lints files and folders as `npm test` does, but for types, in a TypeScript program of these and what they import.
   * Prints JSON.
   */
  lint(...paths: string[]): Promise<Outcome>;
  remove(): void;
}

/**
 * A copy of this working tree, uncommitted files included, as a git repository of its own with one commit: tests may
 * generate, break and lint there. Dependencies are shared by links; workspace packages link into the copy.
 */
export async function createScratchRepo(): Promise<ScratchRepo> {
  const root = mkdtempSync(join(tmpdir(), 'quantum-scratch-'));
  cpSync(REPO_ROOT, root, { recursive: true, filter: (source) => !NOT_COPIED.has(basename(source)) });
  linkDependencies(root);
  const run = (file: string, ...args: string[]): Promise<Outcome> => execute(root, file, args);
  await run('git', 'init', '--quiet');
  await run('git', 'add', '--all');
  const identity = ['-c', 'user.name=scratch', '-c', 'user.email=scratch@localhost'];
  const committed = await run('git', ...identity, 'commit', '--quiet', '--no-verify', '--message=Everything');
  if (committed.code !== 0) throw new Error(`git could not commit the copy:\n${committed.stderr}`);
  return repoAt(root);
}

/** The same commit once more, checked out in another folder. */
export async function cloneScratchRepo(original: ScratchRepo): Promise<ScratchRepo> {
  const root = mkdtempSync(join(tmpdir(), 'quantum-another-scratch-'));
  const cloned = await original.run('git', 'clone', '--quiet', original.root, root);
  if (cloned.code !== 0) throw new Error(`git could not clone the copy:\n${cloned.stderr}`);
  linkDependencies(root);
  return repoAt(root);
}

function repoAt(root: string): ScratchRepo {
  const run = (file: string, ...args: string[]): Promise<Outcome> => execute(root, file, args);
  const bin = (name: string, ...args: string[]): Promise<Outcome> =>
    run(join(root, 'node_modules', '.bin', name), ...args);
  return {
    root,
    run,
    bin,
    lint: (...paths) => {
      const program = { extends: './lint-all.tsconfig.json', include: paths.map((path) => `../../${path}`) };
      writeFileSync(join(root, 'tools', 'run', 'some.tsconfig.json'), JSON.stringify(program));
      const config = `import all from './lint-all.mjs';
const parserOptions = { projectService: false, project: import.meta.dirname + '/some.tsconfig.json' };
const rules = { 'compiler/errors': 'off' };
export default [...all, { files: ['**/*.ts'], rules, languageOptions: { parserOptions } }];\n`;
      writeFileSync(join(root, 'tools', 'run', 'lint-some.mjs'), config);
      return bin('eslint', '--config', 'tools/run/lint-some.mjs', '--format=json', ...paths);
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function linkDependencies(root: string): void {
  const source = join(REPO_ROOT, 'node_modules');
  const target = join(root, 'node_modules');
  mkdirSync(target);
  for (const entry of readdirSync(source).filter((name) => name !== '@quantum')) {
    symlinkSync(join(source, entry), join(target, entry));
  }
  cpSync(join(source, '@quantum'), join(target, '@quantum'), { recursive: true, verbatimSymlinks: true });
}

function cleanEnv(): NodeJS.ProcessEnv {
  const outer = Object.entries(process.env).filter(
    ([name]) => !/^(NX_|JEST_|GIT_|NODE_OPTIONS|NODE_ENV|FORCE_COLOR|CI$)/.test(name),
  );
  const quiet = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_ISOLATE_PLUGINS: 'false', NX_TUI: 'false' };
  return { ...Object.fromEntries(outer), ...quiet, NX_NATIVE_COMMAND_RUNNER: 'false' };
}

/**
 * Runs a program in a folder, without what an outer nx or jest run says about itself. Never rejects for an exit code.
 */
export function execute(cwd: string, file: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: cleanEnv(), maxBuffer: 64 * 1024 * 1024 };
    execFile(file, args, options, (error, stdout, stderr) => {
      const exited = error === null || typeof error.code === 'number';
      const code = error === null ? 0 : exited ? Number(error.code) : 1;
      resolve({
        code,
        stdout,
        stderr: exited
          ? stderr
          : `${stderr}
${error.message}`,
      });
    });
  });
}
