import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STREAMS } from '@quantum/redis-schemas';
import { CannotRun } from '@quantum/service-kit';
import { startService } from '@quantum/testbed';
import type { RunResources } from '../run-resources.js';

/**
 * Starts a built service on the Redis of the run. `onEnded`: it has ended by itself. @throws CannotRun where it is not
 * built; Error where it does not start
 */
export async function startOne(
  name: string,
  appsFolder: string,
  env: Readonly<Record<string, string>>,
  resources: RunResources,
  onEnded: (error: Error) => void,
): Promise<void> {
  const mainFile = join(appsFolder, name, 'main.js');
  if (!existsSync(mainFile)) throw new CannotRun(`${name} is not built: there is no ${mainFile}.`);
  const logFile = join(resources.folder, `${name}.log`);
  const common = { LOG_LEVEL: 'info', PROPOSE_STREAM_NAME: STREAMS.proposed };
  const service = startService({ name, mainFile, env: { ...common, ...env }, logFile });
  let isStopping = false;
  resources.add(async () => {
    isStopping = true;
    await service.stop();
  });
  void service.exited.then(async () => {
    if (isStopping) return;
    onEnded(new Error(`${name} ${service.ended ?? ''}; its last log lines:\n${await service.lastLogLines()}`));
  });
  await service.listening();
}
