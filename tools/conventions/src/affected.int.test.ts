import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { REPO_ROOT } from '@quantum/testing';
import { askNx } from './ask-nx.test-support.js';

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

/** What `nx affected` answers for a change of each file. */
const AFFECTED = `
  const { filterAffected } = require('nx/src/project-graph/affected/affected-project-graph');
  const { calculateFileChanges } = require('nx/src/project-graph/file-utils');
  const answers = [];
  for (const file of questions) {
    const { nodes } = await filterAffected(graph, calculateFileChanges([file], { files: [file] }));
    answers.push([file, Object.keys(nodes).sort()]);
  }
  process.stdout.write(JSON.stringify(answers));`;

const LIBRARIES = ['efficiency-policy', 'risk-gates', 'redis-schemas'];
/** And what else a change of them affects: what packs them into a release, and what runs them in a scratch clone. */
const APPS: [app: string, also: string[]][] = [
  ['allocation-target', ['deploy']],
  ['governor-plugin', ['deploy', 'trials']],
  ['shadow-report', ['deploy', 'trials']],
];
/** Who reads a file outside its own project. Deploy packs the programs: what affects one of them affects it. */
const READ_BY: [path: string, projects: string[]][] = [
  ['deploy/install', ['deploy', 'trials']],
  ['deploy/policy/policy.example.json', ['deploy']],
  ['deploy/policy/rollout-plan.example.json', ['deploy', 'shadow-report', 'trials']],
  ['deploy/prometheus/alerts.yml', ['deploy', 'quantumctl']],
  [
    'deploy/redis/users.acl',
    ['console', 'deploy', 'efficiency-brain', 'governor-plugin', 'permit-annotator', 'proof-runner', 'quantumctl', 'shadow-report', 'target-rollout', 'trials'], // prettier-ignore
  ],
  ['docs/brain.md', ['calibration']],
  ['docs/vectors/proposals.json', ['allocation-target', 'compat', 'consumers', 'deploy', 'docs', 'trials']],
  ['docs/operations.md', ['deploy', 'quantumctl']],
  ['README.md', []],
  ['CONTRIBUTING.md', ['conventions']],
  ['apps/governor-plugin/src/record/grant-row.lua', ['conventions', 'deploy', 'governor-plugin', 'trials']],
  ['tools/workspace/src/gate/generator.ts', ['conventions', 'trials', 'workspace']],
  ['apps/governor-plugin/src/reserve/gates.int.test.ts', ['conventions', 'deploy', 'governor-plugin', 'trials']],
  ['apps/shadow-report/fixtures/recording-v1.qrec', ['conventions', 'deploy', 'shadow-report', 'trials']],
  ['tools/run/test.mjs', ['conventions', 'run']],
  ['tools/deploy/src/release/sbom.ts', ['conventions', 'deploy']],
];
/** The tests here read every project, and so each change of one affects them. */
const withChecksOfAll = (names: string[]): string[] => [...new Set([...names, 'conventions'])].sort();
const indexOf = (library: string): string => `libs/${library}/src/index.ts`;
const mainOf = (app: string): string => `apps/${app}/src/main.ts`;
const [DOC, SETTINGS] = ['docs/summary.md', 'tsconfig.base.json'];

describe('what a change affects', () => {
  const projects = findProjects(REPO_ROOT);
  let affectedBy: Map<string, string[]>;

  beforeAll(async () => {
    const files = [
      ...LIBRARIES.map(indexOf),
      ...APPS.map(([app]) => mainOf(app)),
      DOC,
      ...READ_BY.map(([path]) => path),
      SETTINGS,
    ];
    affectedBy = new Map((await askNx(AFFECTED, files)) as [string, string[]][]);
  });

  it.each(LIBRARIES)('a change in %s affects it and its dependents', (name) => {
    expect(affectedBy.get(indexOf(name))).toEqual(withChecksOfAll(withDependents(projects, name)));
  });

  it('a new gate leaves out what serves Redis, plans and tests whatever the gates are', () => {
    const neutral = ['metrics', 'proposals', 'redis-io', 'service-kit', 'testbed', 'testing'];
    expect(neutral.filter((name) => affectedBy.get(indexOf('risk-gates'))?.includes(name))).toEqual([]);
  });

  it.each(APPS)('a change in %s affects that app and %j, and no others', (name, also) => {
    expect(withDependents(projects, name)).toEqual([name, ...also].sort());
    expect(affectedBy.get(mainOf(name))).toEqual(withChecksOfAll([name, ...also]));
  });

  it('a change in docs/ affects no more than what checks the docs', () => {
    const readers = projects.filter(({ readsDocs }) => readsDocs).map(({ name }) => name);
    expect(affectedBy.get(DOC)).toEqual(readers);
  });

  it.each(READ_BY)(
    'a change of %s affects those whose tests read it and what depends on them, and no others: %j',
    (path, names) => {
      expect(affectedBy.get(path)).toEqual(names);
    },
  );

  it('a change of the compiler settings affects everything', () => {
    expect(affectedBy.get(SETTINGS)).toEqual(projects.map(({ name }) => name).sort());
  });
});
