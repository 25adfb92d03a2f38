import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process, MB, as the kernel reports it. */
export function memoryMbOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
}

/** CPU time of a process, seconds, from the scheduler, to the nanosecond. (Ticks of `/proc/<pid>/stat` are 10 ms.) */
export const cpuSecOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
    0,
  );
