import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from '../harness/harness.js';
import type { Service } from '../harness/service.js';

/** The services sample their event loop ten times a second, to spare an idle core. This samples ten times as often. */
const PROBE = `
const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 });
delay.enable();
process.on('SIGUSR2', () => {
  const p99Ms = delay.percentile(99) / 1e6 - 10; // it counts the time between two samples
  process.stdout.write(JSON.stringify({ msg: 'loop delay', p99Ms }) + '\\n');
  delay.reset();
});
`;

/** Node option that lets a service report the delay of its event loop. */
export function loopProbe({ outFolder }: Harness): string[] {
  const file = join(outFolder, 'loop-probe.cjs');
  writeFileSync(file, PROBE);
  return ['--require', file];
}

/** 99th percentile of the loop's delay since the last call, ms. */
export async function loopDelayMs(service: Service): Promise<number> {
  const reported = service.nextLine('loop delay');
  process.kill(service.pid, 'SIGUSR2');
  return Number((await reported)['p99Ms']);
}
