import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPrivateRedis } from '@quantum/private-redis';
import { connectRedis, untilReady } from '@quantum/redis-io';
import { recordMarks } from './marks.js';
import { startProgram } from './program.js';

export interface ChainOptions {
  /** One-minute closes: `ts_epoch`, then a price per symbol. */
  prices: string;
  /** How long the services run, as the demo takes it. */
  for: string;
  /** Folder for the recording, the prices as they were played, and the reports. */
  out: string;
  /** Minutes of prices a second. */
  speed: string;
}

/**
 * Plays real prices to the built services on a Redis of their own, a cycle a second, and records what they read and wrote.
 * @returns the exit code of the first program that fails, else 0
 */
export async function runChain(options: ChainOptions, distFolder: string): Promise<number> {
  mkdirSync(options.out, { recursive: true });
  const app = (name: string): string => join(distFolder, name, 'main.js');
  const recording = join(options.out, 'recording.qrec');
  const played = join(options.out, 'prices-as-played.csv');
  const server = await startPrivateRedis({ tcp: true });
  const redis = connectRedis({ url: server.url, host: '', port: 0, db: 0 }, 'quantum-evidence');
  try {
    await untilReady(redis);
    const marks = recordMarks(redis, symbolsOf(options.prices), played);
    const services = { LOOP_INTERVAL_SEC: '1' };
    const recorder = startProgram(app('apps/shadow-report'), ['record', recording, '--redis', server.url], services);
    const demo = startProgram(
      app('tools/demo'),
      ['--redis', server.url, '--feed', '--prices', options.prices, '--for', options.for, '--speed', options.speed, '--no-tty'],
      services,
    ); // prettier-ignore
    const demoCode = await demo.exit;
    await marks.stop();
    const recorderCode = await recorder.stop();
    if (demoCode !== 0 || recorderCode !== 0) return demoCode || recorderCode || 1;
  } finally {
    redis.disconnect();
    await server.stop();
  }
  return 0;
}

const symbolsOf = (file: string): string[] =>
  (readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '')
    .split(',')
    .slice(1)
    .map((name) => name.trim());
