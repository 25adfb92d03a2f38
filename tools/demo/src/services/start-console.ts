import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from '@quantum/testbed';
import type { RunResources } from '../run-resources.js';

const POLL_MS = 20;

/** The address of its page in a log line of the console. */
const pageIn = (line: string): string | undefined => /^\{.*"page":"(http:\/\/[\d.:]+)"/.exec(line)?.[1];

/**
 * Starts the built console against a Redis. It is not judged with the services. Resolves to the address of its page, or
 * to why it did not start.
 */
export async function startConsole(appsFolder: string, redisUrl: string, resources: RunResources): Promise<string> {
  const mainFile = join(appsFolder, 'console', 'main.js');
  if (!existsSync(mainFile)) return 'it is not built';
  const env = { ...process.env, REDIS_URL: redisUrl };
  const logFile = join(resources.folder, 'console.log');
  const service = startService({ name: 'console', mainFile, env, logFile });
  resources.add(async () => {
    await service.stop();
  });
  while (service.ended === undefined) {
    const page = (await service.lastLogLines()).split('\n').map(pageIn).find((found) => found !== undefined); // prettier-ignore
    if (page !== undefined) return page;
    await Promise.race([delay(POLL_MS, undefined, { ref: false }), service.exited]);
  }
  return `it has ended: ${await service.lastLogLines()}`.split('\n')[0] ?? '';
}
