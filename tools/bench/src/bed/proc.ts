import { readFileSync } from 'node:fs';

/** Clock ticks a second, which Linux has agreed on. */
const TICKS_PER_SEC = 100;

/** Memory of a process, MB, by the kernel's own word for it. */
export function memoryMbOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
}

/** Time that a process has spent on a core, in user and in kernel mode, seconds. */
export function cpuSecOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // from the third on: the second may hold blanks
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC;
}
