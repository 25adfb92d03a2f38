import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A program that runs as a process of its own, with this one's output. */
export interface Program {
  /** Resolves to its exit code; null if a signal ended it. */
  exit: Promise<number | null>;
  stop: () => Promise<number | null>;
}

/** Runs a built program with node; `output` takes its standard output, as an open file. */
export function startProgram(
  mainFile: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  output: number | 'inherit' = 'inherit',
): Program {
  const child = spawn(process.execPath, [mainFile, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', output, 'inherit'],
  });
  children.add(child);
  const exit = once(child, 'exit').then(([code]: (number | null)[]) => {
    children.delete(child);
    return code ?? null;
  });
  return {
    exit,
    stop() {
      child.kill('SIGTERM');
      return exit;
    },
  };
}
