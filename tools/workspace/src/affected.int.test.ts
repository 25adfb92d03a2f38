import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execute, REPO_ROOT } from '@quantum/testing';

/** What a project's own files say, without asking Nx. */
interface Found {
  name: string;
  root: string;
  tags: string[];
  /** Projects that it imports or names as implicit dependencies, by name or by `tag:`. */
  uses: Set<string>;
  readsDocs: boolean;
}

const IMPORT = /^(?:import|export|\})[^'"`]*'@quantum\/([\w-]+)'|\bimport\('@quantum\/([\w-]+)'\)/gm;

function findProjects(root: string): Found[] {
  return ['apps', 'libs', 'tools'].flatMap((top) =>
    readdirSync(join(root, top))
      .map((folder) => `${top}/${folder}`)
      .filter((folder) => readdirSync(join(root, folder)).includes('project.json'))
      .map((folder) => findProject(root, folder)),
  );
}

function findProject(root: string, folder: string): Found {
  const projectJson = readFileSync(join(root, folder, 'project.json'), 'utf8');
  const {
    name,
    tags,
    implicitDependencies = [],
  } = JSON.parse(projectJson) as { name: string; tags: string[]; implicitDependencies?: string[] };
  const sources = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, 'src', file), 'utf8'));
  // What a template literal imports is the code of a test's own project.
  const code = sources.map((text) => text.replace(/`[^`]*`/g, ''));
  const imports = code.flatMap((text) => [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? ''));
  return {
    name,
    tags,
    root: folder,
    uses: new Set([...imports, ...implicitDependencies]),
    readsDocs: projectJson.includes('{workspaceRoot}/docs/**'),
  };
}

function withDependents(projects: Found[], name: string): string[] {
  const reached = new Set([name]);
  for (const member of reached) {
    const tags = projects.find((project) => project.name === member)?.tags ?? [];
    const names = [member, ...tags.map((tag) => `tag:${tag}`)];
    for (const { name: user, uses } of projects) if (names.some((one) => uses.has(one))) reached.add(user);
  }
  return [...reached].sort();
}

/**
 * What `nx affected` answers for a change of each file. One process asks for all of them: Nx needs two seconds of CPU time
 * to load, and its command answers one question.
 */
const ASK_NX = `
  const { createProjectGraphAsync } = require('@nx/devkit');
  const { filterAffected } = require('nx/src/project-graph/affected/affected-project-graph');
  const { calculateFileChanges } = require('nx/src/project-graph/file-utils');
  (async () => {
    const graph = await createProjectGraphAsync();
    const answers = [];
    for (const file of process.argv.slice(1)) {
      const { nodes } = await filterAffected(graph, calculateFileChanges([file], { files: [file] }));
      answers.push([file, Object.keys(nodes).sort()]);
    }
    process.stdout.write(JSON.stringify(answers));
  })();`;

const LIBRARIES = ['efficiency-policy', 'risk-gates', 'redis-schemas'];
const APPS = ['allocation-target', 'governor-plugin', 'shadow-report'];
const READ_BY: [path: string, projects: string[]][] = [
  ['deploy/install', ['deploy']],
  ['deploy/prometheus/alerts.yml', ['deploy']],
  ['README.md', []],
  ['CONTRIBUTING.md', ['workspace']],
  ['tools/workspace/src/gate/generator.ts', ['trials', 'workspace']],
  ['apps/governor-plugin/src/reserve/gates.int.test.ts', ['deploy', 'governor-plugin', 'trials']],
  ['apps/shadow-report/fixtures/recording-v1.qrec', ['deploy', 'shadow-report', 'trials']],
  ['tools/run/test.mjs', ['workspace']],
  ['tools/deploy/src/release/sbom.ts', ['deploy']],
];
const indexOf = (library: string): string => `libs/${library}/src/index.ts`;
const mainOf = (app: string): string => `apps/${app}/src/main.ts`;
const [DOC, SETTINGS] = ['docs/summary.md', 'tsconfig.base.json'];

describe('what a change affects', () => {
  // Nx's own files of this repository, such as its cached graph, belong to the lint or build that runs beside.
  const folder = mkdtempSync(join(tmpdir(), 'nx-data-'));
  const projects = findProjects(REPO_ROOT);
  let affectedBy: Map<string, string[]>;

  beforeAll(async () => {
    const files = [...LIBRARIES.map(indexOf), ...APPS.map(mainOf), DOC, ...READ_BY.map(([path]) => path), SETTINGS];
    const program = `process.env.NX_WORKSPACE_DATA_DIRECTORY = ${JSON.stringify(folder)};${ASK_NX}`;
    const { code, stdout, stderr } = await execute(REPO_ROOT, 'node', ['-e', program, ...files]);
    if (code !== 0) throw new Error(stdout + stderr);
    affectedBy = new Map(JSON.parse(stdout) as [string, string[]][]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(LIBRARIES)('a change in %s affects it and its dependents', (name) => {
    expect(affectedBy.get(indexOf(name))).toEqual(withDependents(projects, name));
  });

  it('a new gate leaves out what serves Redis, plans and tests whatever the gates are', () => {
    const neutral = ['metrics', 'proposals', 'redis-io', 'service-kit', 'testbed', 'testing'];
    expect(neutral.filter((name) => affectedBy.get(indexOf('risk-gates'))?.includes(name))).toEqual([]);
  });

  it.each(APPS)('a change in %s affects that app and what packs it, and no others', (name) => {
    expect(withDependents(projects, name)).toEqual([name, 'deploy'].sort());
    expect(affectedBy.get(mainOf(name))).toEqual([name, 'deploy'].sort());
  });

  it('a change in docs/ affects no more than what checks the docs', () => {
    const readers = projects.filter(({ readsDocs }) => readsDocs).map(({ name }) => name);
    expect(affectedBy.get(DOC)).toEqual(readers);
  });

  it.each(READ_BY)(
    'a change of %s runs the integration tests of those that read it, and no others: %j',
    (path, names) => {
      expect(affectedBy.get(path)).toEqual(names);
    },
  );

  it('a change of the compiler settings affects everything', () => {
    expect(affectedBy.get(SETTINGS)).toEqual(projects.map(({ name }) => name).sort());
  });
});
