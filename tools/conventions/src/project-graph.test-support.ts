import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScratchRepo } from '@quantum/testing';

export interface Project {
  name: string;
  /** Folder, relative to the workspace, e.g. libs/metrics. */
  root: string;
  tags: string[];
  targets: string[];
  /** Names of the projects that its files import. */
  imports: string[];
}

interface GraphFile {
  graph: {
    dependencies: Record<string, { target: string; type: string }[]>;
    nodes: Record<string, { data: { root: string; tags?: string[]; targets?: Record<string, unknown> } }>;
  };
}

/** Every project as Nx sees it, by name. Asking once is 1 s; `nx show project` would ask as much for each. */
export async function readProjects(repo: ScratchRepo): Promise<Project[]> {
  const file = join(repo.root, 'tmp', 'graph.json');
  const { code, stderr, stdout } = await repo.bin('nx', 'graph', `--file=${file}`);
  if (code !== 0) throw new Error(`nx graph failed:\n${stdout}\n${stderr}`);
  const { nodes, dependencies } = (JSON.parse(readFileSync(file, 'utf8')) as GraphFile).graph;
  return Object.entries(nodes)
    .map(([name, { data }]) => ({
      name,
      root: data.root,
      tags: data.tags ?? [],
      targets: Object.keys(data.targets ?? {}),
      imports: (dependencies[name] ?? []).filter(({ type }) => type === 'static').map(({ target }) => target),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
