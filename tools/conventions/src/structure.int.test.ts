import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createScratchRepo, REPO_ROOT, type ScratchRepo } from '@quantum/testing';
import { TEAM_HANDLES, type Team } from '@quantum/workspace';
import { type Project, readProjects } from './project-graph.test-support.js';

const TYPES: Record<string, string[]> = {
  apps: ['app'],
  libs: ['pure', 'service', 'testing'],
  tools: ['tool'],
};

const read = (path: string): string => readFileSync(join(REPO_ROOT, path), 'utf8');
const tagsOf = (project: Project, axis: string): string[] =>
  project.tags.filter((tag) => tag.startsWith(`${axis}:`)).map((tag) => tag.slice(axis.length + 1));

/** The names of the projects that do not hold; a failure then says which. */
const offenders = (projects: Project[], holds: (project: Project) => boolean): string[] =>
  projects.filter((project) => !holds(project)).map(({ name }) => name);

const sourcesOf = ({ root }: Project): string[] =>
  readdirSync(join(REPO_ROOT, root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${root}/src/${path}`);
/** Extensions of the imported files that are no code, such as .lua. */
const textsOf = (project: Project): string[] =>
  sourcesOf(project)
    .flatMap((path) => [...read(path).matchAll(/^import .* from '\..*(\.\w+)';$/gm)].map(([, type = '']) => type))
    .filter((type) => !['.js', '.mjs', '.ts', '.json'].includes(type));

describe('every project', () => {
  let repo: ScratchRepo;
  let projects: Project[];
  let libraries: Project[];

  beforeAll(async () => {
    repo = await createScratchRepo();
    projects = await readProjects(repo);
    libraries = projects.filter(({ root }) => root.startsWith('libs/'));
  });
  afterAll(() => {
    repo.remove();
  });

  it('is there', () => {
    expect(projects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['allocation-target', 'governor-plugin', 'redis-schemas', 'workspace']),
    );
  });

  it('has one tag of each axis, the type fitting its folder', () => {
    const wellTagged = (project: Project): boolean => {
      const [type, ...moreTypes] = tagsOf(project, 'type');
      const [team, ...moreTeams] = tagsOf(project, 'team');
      const top = project.root.split('/')[0] ?? '';
      const known = type !== undefined && team !== undefined && team in TEAM_HANDLES;
      return known && moreTypes.length + moreTeams.length === 0 && (TYPES[top] ?? []).includes(type);
    };
    expect(offenders(projects, wellTagged)).toEqual([]);
  });

  it('has a line in CODEOWNERS that names the team of its tag', () => {
    const lines = read('.github/CODEOWNERS').split('\n');
    const owned = (project: Project): boolean =>
      lines.includes(`/${project.root}/ ${TEAM_HANDLES[tagsOf(project, 'team')[0] as Team]}`);
    expect(offenders(projects, owned)).toEqual([]);
  });

  it('can be linted, type-checked and tested', () => {
    const targets = ['lint', 'typecheck', 'test'];
    expect(offenders(projects, (project) => targets.every((target) => project.targets.includes(target)))).toEqual([]);
  });

  it('is referenced by the root tsconfig.json, so that editors and tsc know it', () => {
    const { references } = JSON.parse(read('tsconfig.json')) as { references: { path: string }[] };
    const paths = references.map(({ path }) => path);
    expect(offenders(projects, ({ root }) => paths.includes(`./${root}`))).toEqual([]);
  });

  // `npm test` checks types in one program of all projects, which would not notice.
  it('compiles alone: references the projects it imports, and declares the imported files that are no code', () => {
    const referencesOf = (root: string): string[] => {
      const { references = [] } = JSON.parse(read(`${root}/tsconfig.json`)) as { references?: { path: string }[] };
      return references.map(({ path }) => join(root, path));
    };
    const reached = (roots: string[]): Set<string> => {
      const all = new Set(roots);
      for (const root of all) for (const next of referencesOf(root)) all.add(next);
      return all;
    };
    const roots = new Map(projects.map(({ name, root }) => [name, root]));
    const compiles = (project: Project): boolean => {
      const known = reached([project.root]);
      const declared = sourcesOf(project)
        .filter((path) => path.endsWith('.d.ts'))
        .map(read)
        .join('\n');
      return (
        project.imports.every((name) => known.has(roots.get(name) ?? '')) &&
        textsOf(project).every((type) => declared.includes(`'*${type}'`))
      );
    };
    expect(offenders(projects, compiles)).toEqual([]);
  });

  it('imports zod as a namespace: bundles are a quarter smaller without its messages in 60 languages', () => {
    const byName = /^import (?!(type )?\* as z ).* from 'zod';$/m;
    expect(offenders(projects, (project) => !sourcesOf(project).some((path) => byName.test(read(path))))).toEqual([]);
  });

  it('takes third-party packages from the root alone (single version)', () => {
    const ownDependencies = ({ root }: Project): string[] => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(`${root}/package.json`)) as {
        dependencies?: object;
        devDependencies?: object;
      };
      return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@quantum/'));
    };
    expect(offenders(projects, (project) => ownDependencies(project).length === 0)).toEqual([]);
  });

  it('is in the layout of the README', () => {
    const layout = read('README.md').split('\n## Layout\n')[1]?.split('\n## ')[0] ?? '';
    expect(offenders(projects, ({ root }) => new RegExp(`[ ,]${basename(root)}[ ,]`).test(layout))).toEqual([]);
  });

  it('in libs/ has a README.md and exports through src/index.ts', () => {
    const complete = ({ root }: Project): boolean =>
      existsSync(join(REPO_ROOT, root, 'README.md')) && /^export /m.test(read(`${root}/src/index.ts`));
    expect(offenders(libraries, complete)).toEqual([]);
  });
});
