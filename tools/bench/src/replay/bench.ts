import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mainFileOf, type Options } from '../harness/harness.js';
import { cpuSecOf, memoryMbOf } from '../harness/proc.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';
import { alternate, type Contestant } from '../measure/alternate.js';
import { writePlans, writeProposals } from './outputs.js';

const SAMPLE_MS = 20;

/** The replay of recordings of plans and of proposals, compared with only parsing them, and with another build. */
export async function benchReplay(options: Options): Promise<Figure[]> {
  const { short, outFolder, tell } = options;
  const [outputs, rounds] = short ? [2000, 1] : [1_000_000, 3];
  const folder = mkdtempSync(join(outFolder, 'replay-'));
  try {
    const figures: Figure[] = [];
    for (const [what, write] of Object.entries({ plans: writePlans, proposals: writeProposals })) {
      tell(`replay: a recording of ${outputs} ${what}`);
      const file = join(folder, what);
      write(file, outputs);
      const few = join(folder, `few-${what}`);
      write(few, 100);
      figures.push(...(await replays(options, what, { file, few, rounds, outputs })));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function replays(
  options: Options,
  what: string,
  { file, few, rounds, outputs }: { file: string; few: string; rounds: number; outputs: number },
): Promise<Figure[]> {
  const { appsFolder, baselineAppsFolder, tell } = options;
  const [cpu, rss] = [new Runs(), new Runs()];
  const contestant = (name: string, args: readonly string[]): Contestant => ({
    name,
    pass: async () => {
      const took = await run([...args, file]);
      cpu.add(name, took.cpuSec);
      rss.add(name, took.rssMb);
      return took.wallSec;
    },
  });
  const build = (apps: string): string[] => [mainFileOf(apps, 'shadow-report'), 'replay'];
  const contestants = [
    contestant('replay', build(appsFolder)),
    contestant('no worker', [...build(appsFolder), '--workers', '0']),
    contestant('floor', [__filename, 'read']),
  ];
  if (baselineAppsFolder !== undefined) {
    const other = build(baselineAppsFolder);
    if (await isReplayed([...other, few])) contestants.push(contestant('other build', other));
    else tell(`replay: the other build does not know these records of ${what}, and is left out`);
  }
  const wall = await alternate(contestants, rounds, tell);
  const about = `replay of ${outputs} ${what}`;
  return [
    figure(`replay ${what}`, about, 's', wall),
    figure(`replay ${what} CPU`, `${about}, user and system time of all threads`, 's', cpu.byName),
    figure(`replay ${what} RSS`, `the most memory of a ${about}`, 'MB', rss.byName),
  ];
}

/** Whether a build replays a recording: one from before a version of records does not. */
const isReplayed = (args: readonly string[]): Promise<boolean> =>
  run(args).then(
    () => true,
    () => false,
  );

/** Runs a Node program to its end. @throws if it does not exit with 0 */
async function run(args: readonly string[]): Promise<{ wallSec: number; cpuSec: number; rssMb: number }> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let [cpuSec, rssMb] = [0, 0];
  // Finished threads are no longer counted: the last larger sample counts.
  const sampler = setInterval(() => {
    try {
      cpuSec = Math.max(cpuSec, cpuSecOf(child.pid ?? 0));
      rssMb = Math.max(rssMb, memoryMbOf(child.pid ?? 0, 'VmHWM') || 0);
    } catch {
      // It has ended.
    }
  }, SAMPLE_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  return { wallSec: (performance.now() - startMs) / 1000, cpuSec, rssMb };
}
