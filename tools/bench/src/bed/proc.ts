import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process, MB, by the kernel's own word for it. */
export function memoryMbOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
}

/**
 * Time that a process has spent on a core, in user and in kernel mode, seconds: the sum of its threads by the scheduler's
 * own account, to the nanosecond. (The ticks of `/proc/<pid>/stat` are 10 ms: a fifth of what is looked for when idle.)
 */
export const cpuSecOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
    0,
  );
