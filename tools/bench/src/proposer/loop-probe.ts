import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bed } from '../bed/bed.js';
import type { Service } from '../bed/service.js';

/** The services themselves look at their loop ten times a second, to spare an idle core; this looks ten times as often. */
const PROBE = `
const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 });
delay.enable();
process.on('SIGUSR2', () => {
  const p99Ms = delay.percentile(99) / 1e6 - 10; // it counts the time between two looks
  process.stdout.write(JSON.stringify({ msg: 'loop delay', p99Ms }) + '\\n');
  delay.reset();
});
`;

/** What a service is started with so that the delay of its event loop can be asked for. */
export function loopProbe({ outFolder }: Bed): string[] {
  const file = join(outFolder, 'loop-probe.cjs');
  writeFileSync(file, PROBE);
  return ['--require', file];
}

/** 99th percentile of the loop's delay since it was asked for last, ms. */
export async function loopDelayMs(service: Service): Promise<number> {
  const told = service.nextLine('loop delay');
  process.kill(service.pid, 'SIGUSR2');
  return Number((await told)['p99Ms']);
}
