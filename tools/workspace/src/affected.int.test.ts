import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createScratchRepo, type ScratchRepo } from './scratch-repo.js';

/** What a project's own files say, without asking Nx. */
interface Found {
  name: string;
  root: string;
  /** Projects that it imports or names as implicit dependencies. */
  uses: Set<string>;
  readsDocs: boolean;
}

const IMPORT = /^(?:import|export|\})[^'"`]*'@quantum\/([\w-]+)'|\bimport\('@quantum\/([\w-]+)'\)/gm;

function findProjects(root: string): Found[] {
  return ['apps', 'libs', 'tools'].flatMap((room) =>
    readdirSync(join(root, room))
      .map((folder) => `${room}/${folder}`)
      .filter((folder) => readdirSync(join(root, folder)).includes('project.json'))
      .map((folder) => findProject(root, folder)),
  );
}

function findProject(root: string, folder: string): Found {
  const projectJson = readFileSync(join(root, folder, 'project.json'), 'utf8');
  const { name, implicitDependencies = [] } = JSON.parse(projectJson) as {
    name: string;
    implicitDependencies?: string[];
  };
  const sources = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, 'src', file), 'utf8'));
  // What a template literal imports is the code of a test's own project.
  const code = sources.map((text) => text.replace(/`[^`]*`/g, ''));
  const imports = code.flatMap((text) => [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? ''));
  return {
    name,
    root: folder,
    uses: new Set([...imports, ...implicitDependencies]),
    readsDocs: projectJson.includes('{workspaceRoot}/docs/**'),
  };
}

function withDependents(projects: Found[], name: string): string[] {
  const reached = new Set([name]);
  for (const member of reached) {
    for (const project of projects) if (project.uses.has(member)) reached.add(project.name);
  }
  return [...reached].sort();
}

describe('what a change affects', () => {
  let repo: ScratchRepo;
  let projects: Found[];

  beforeAll(async () => {
    repo = await createScratchRepo();
    projects = findProjects(repo.root);
  });
  afterAll(() => {
    repo.remove();
  });

  async function affectedBy(change: () => void): Promise<string[]> {
    change();
    const { code, stdout, stderr } = await repo.bin('nx', 'show', 'projects', '--affected', '--base=HEAD', '--json');
    await repo.run('git', 'reset', '--hard', '--quiet');
    await repo.run('git', 'clean', '--force', '-d', '--quiet');
    if (code !== 0) throw new Error(stderr);
    return (JSON.parse(stdout) as string[]).sort();
  }
  const touch = (path: string) => () => {
    appendFileSync(join(repo.root, path), '\n// changed\n');
  };

  it.each(['efficiency-policy', 'risk-gates', 'redis-schemas'])(
    'a change in %s affects it and its dependents',
    async (name) => {
      const affected = await affectedBy(touch(`libs/${name}/src/index.ts`));
      expect(affected).toEqual(withDependents(projects, name));
    },
  );

  it('a change in an app affects that app alone', async () => {
    for (const name of ['allocation-target', 'governor-plugin']) {
      const affected = await affectedBy(touch(`apps/${name}/src/main.ts`));
      expect(affected).toEqual(withDependents(projects, name));
    }
  });

  it('a change in docs/ affects no more than what checks the docs', async () => {
    const affected = await affectedBy(() => {
      mkdirSync(join(repo.root, 'docs'), { recursive: true });
      writeFileSync(join(repo.root, 'docs', 'changed.md'), '# Changed\n');
    });
    expect(affected).toEqual(projects.filter(({ readsDocs }) => readsDocs).map(({ name }) => name));
  });

  it.each([
    ['deploy/install', ['deploy']],
    ['deploy/prometheus/alerts.yml', ['deploy']],
    ['CONTRIBUTING.md', ['workspace']],
    ['tools/run/test.mjs', ['workspace']],
    ['tools/deploy/src/release/sbom.ts', ['deploy', 'workspace']],
  ])('a change of %s runs the integration tests of those that read it, and no others: %j', async (path, names) => {
    expect(await affectedBy(touch(path))).toEqual(names);
  });

  it('a change of the compiler settings affects everything', async () => {
    const affected = await affectedBy(touch('tsconfig.base.json'));
    expect(affected).toEqual(projects.map(({ name }) => name).sort());
  });
});
