import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { REPO_ROOT } from '@quantum/testing';
import { askNx } from './ask-nx.test-support.js';
import { outsidePaths, type Source } from './outside-paths.js';

interface Need {
  file: string;
  project: string;
  /** The targets that run what is in the file: one of them must declare the path. */
  targets: string[];
  path: string;
}

/** Prints the needs that no input of their targets covers: as a file, or as a folder with one that is an input. */
const UNDECLARED = `
  const { HashPlanInspector } = require('nx/src/hasher/hash-plan-inspector');
  const inspector = new HashPlanInspector(graph);
  await inspector.init();
  const known = new Map();
  const inputsOf = (project, target) => {
    const id = project + ':' + target;
    if (!known.has(id)) {
      const hasTarget = target in graph.nodes[project].data.targets;
      known.set(id, hasTarget ? inspector.inspectTaskInputs({ project, target })[id].files : []);
    }
    return known.get(id);
  };
  const covers = (path) => (input) => input === path || input.startsWith(path + '/');
  const declared = ({ project, targets, path }) =>
    targets.some((target) => inputsOf(project, target).some(covers(path)));
  const undeclared = questions.filter((need) => !declared(need));
  process.stdout.write(JSON.stringify(undeclared.map(({ file, path }) => file + ': ' + path)));`;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: REPO_ROOT })
  .toString()
  .trim()
  .split('\n');
const there = new Set(files.flatMap((file) => file.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
const isThere = (path: string): boolean => there.has(path);
const sourcesOf = (root: string): Source[] =>
  files
    .filter((file) => file.startsWith(`${root}/src/`) && file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(REPO_ROOT, file), 'utf8')]);
const isTest = ([file]: Source): boolean => /\.(test|test-support)\.ts$/.test(file);

function targetsOf(file: string): string[] {
  if (file.endsWith('.unit.test.ts')) return ['test'];
  return file.endsWith('.int.test.ts') ? ['test-int'] : ['test', 'test-int'];
}

const projects = files
  .filter((file) => /^(apps|libs|tools)\/[^/]+\/project\.json$/.test(file))
  .map((file) => {
    const { name, tags } = JSON.parse(readFileSync(join(REPO_ROOT, file), 'utf8')) as { name: string; tags: string[] };
    return { name, tags, root: file.slice(0, -'/project.json'.length) };
  });

/** What libraries for tests read on behalf of the tests that use an export of the file. */
const lent = projects
  .filter(({ tags }) => tags.includes('type:testing'))
  .flatMap(({ root }) =>
    outsidePaths(
      root,
      sourcesOf(root).filter((source) => !isTest(source)),
      isThere,
    ),
  )
  .map(([file, path]) => {
    const exported = readFileSync(join(REPO_ROOT, file), 'utf8').matchAll(
      /^export (?:const|(?:async )?function) (\w+)/gm,
    );
    return { path, users: new RegExp(`\\b(?:${[...exported].map(([, name]) => name).join('|')})\\b`) };
  });

/** Not of this project: its tests name paths to ask Nx about them, and a change of any project affects it. */
const needs = projects
  .filter(({ name }) => name !== 'conventions')
  .flatMap(({ name: project, root }): Need[] => {
    const tests = sourcesOf(root).filter(isTest);
    const borrowed = tests.flatMap(([file, text]) =>
      lent.filter(({ users }) => users.test(text)).map(({ path }): [string, string] => [file, path]),
    );
    return [...outsidePaths(root, tests, isThere), ...borrowed].map(([file, path]) => ({
      file,
      project,
      targets: targetsOf(file),
      path,
    }));
  });

it('paths outside of projects are found', () => {
  expect(needs).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ project: 'allocation-target', path: 'docs/vectors/proposals.json', targets: ['test'] }),
      expect.objectContaining({ project: 'deploy', path: 'deploy/prometheus/alerts.yml', targets: ['test-int'] }),
      expect.objectContaining({ project: 'console', path: 'deploy/redis', targets: ['test-int'] }),
    ]),
  );
});

it('what tests read outside their project, their targets declare as inputs in project.json', async () => {
  const planted = { file: 'planted', project: 'metrics', targets: ['test'], path: 'docs/operations.md' };
  expect(await askNx(UNDECLARED, [...needs, planted])).toEqual(['planted: docs/operations.md']);
});
