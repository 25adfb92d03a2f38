import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, REPO_ROOT } from '@quantum/testing';

/**
 * Runs a program that asks Nx about this repository, and reads the JSON that it prints. The program gets `graph` and
 * `questions`. One process asks everything: Nx needs two seconds of CPU time to load, and its command answers one
 * question.
 */
export async function askNx(answer: string, questions: unknown): Promise<unknown> {
  // Nx's own files of this repository, such as its cached graph, belong to the lint or build that runs beside.
  const folder = mkdtempSync(join(tmpdir(), 'nx-data-'));
  const program = `
    process.env.NX_WORKSPACE_DATA_DIRECTORY = ${JSON.stringify(folder)};
    (async () => {
      const graph = await require('@nx/devkit').createProjectGraphAsync();
      const questions = JSON.parse(process.argv[1]);
      ${answer}
    })();`;
  try {
    const { code, stdout, stderr } = await execute(REPO_ROOT, 'node', ['-e', program, JSON.stringify(questions)]);
    if (code !== 0) throw new Error(stdout + stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
