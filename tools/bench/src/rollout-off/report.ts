import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findRedisServer } from '@quantum/private-redis';
import { InvalidArgumentError } from 'commander';
import { commitOf, machineOf } from '../measure/machine.js';
import { measureOff, rolloutsOf } from './measure.js';
import type { OffReport } from './page.js';

export interface RolloutArguments {
  runs: number;
  deaths: number;
  rollouts: number;
  intervalSec: number;
  apps: string;
  page: boolean;
}

/** A whole number. @throws InvalidArgumentError */
export const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least)) throw new InvalidArgumentError(`a whole number from ${least}`);
    return value;
  };

/** Measures, and says where and when. */
export async function reportOff(root: string, given: RolloutArguments, tell: (line: string) => void): Promise<OffReport> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-off-'));
  const { cpu, cores, node, redis } = machineOf((await findRedisServer()).version);
  const takenAt = new Date().toISOString();
  const commit = commitOf(root); // of what is built now: it may change meanwhile
  try {
    const times = await measureOff({ ...given, appsFolder: resolve(given.apps), folder, tell });
    const rollouts = rolloutsOf(given);
    const beside = rollouts > 1 ? `, ${rollouts} rollouts side by side` : '';
    const machine = `${cores} cores of ${cpu}, node ${node}, Redis ${redis}${beside}`;
    return { takenAt, commit, machine, intervalSec: given.intervalSec, times };
  } finally {
    rmSync(folder, { recursive: true });
  }
} // prettier-ignore
