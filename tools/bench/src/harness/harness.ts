import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { SERVICES, type AppName } from '@quantum/service-config';
import { withCleanUp } from '@quantum/testbed';
import { Redis } from 'ioredis';
import { RawClient } from './raw-client.js';
import { startBaseline, type BaselineProcess } from './baseline-process.js';
import { startService, type Service } from './service.js';

export interface Options {
  root: string;
  /** Folder that holds `<app>/main.js`. */
  appsFolder: string;
  /** The same folder of another build, which takes part as a baseline. */
  baselineAppsFolder: string | undefined;
  /** A short run that shows in seconds that the bench works; its figures mean nothing. */
  short: boolean;
  /** Folder for reports and temporary files. */
  outFolder: string;
  tell: (text: string) => void;
}

/** One Redis for all contestants; each has a database of its own in it. */
export interface Harness extends Options {
  server: PrivateRedis;
  client: (db: number) => Redis;
  raw: (db: number) => Promise<RawClient>;
  service: (app: AppName, db: number, env?: Readonly<Record<string, string>>, more?: ServiceMore) => Promise<Service>;
  baseline: (name: string, db: number, options?: unknown) => Promise<BaselineProcess>;
}

interface ServiceMore {
  mainFile?: string;
  nodeArgs?: readonly string[];
  /** A second server, with its own address. */
  socketPath?: string;
}

export const mainFileOf = (appsFolder: string, app: AppName | 'shadow-report'): string => {
  const path = join(appsFolder, app, 'main.js');
  if (!existsSync(path)) throw new Error(`${app} is not built: there is no ${path}`);
  return path;
};

/** Node's arguments from the unit that starts a service. */
function unitNodeArgs(root: string, app: AppName): string[] {
  const unit = `quantum-${SERVICES.find((service) => service.app === app)?.name ?? ''}.service`;
  const text = readFileSync(join(root, 'deploy', 'systemd', unit), 'utf8');
  const args = /^ExecStart=\S+ node (.*)\/opt\/\S+\/main\.js$/m.exec(text)?.[1];
  const memoryMaxMb = /^MemoryMax=(\d+)M$/m.exec(text)?.[1];
  if (args === undefined || memoryMaxMb === undefined) throw new Error(`${unit} does not say how node is started`);
  // Node gives old objects half of MemoryMax. Here, without a control group, it would collect garbage far more seldom.
  return [...args.split(' ').filter((arg) => arg !== ''), `--max-old-space-size=${Number(memoryMaxMb) / 2}`];
}

/** Sets up a test harness, and clears it away in any case. */
export const withHarness = <T>(options: Options, play: (harness: Harness) => Promise<T>): Promise<T> =>
  withCleanUp(async (keep) => {
    const server = keep(await startPrivateRedis(), (started) => started.stop());
    return play({
      ...options,
      server,
      client: (db) =>
        keep(new Redis({ path: server.socketPath, db, disconnectTimeout: 100 }), (redis) => {
          redis.disconnect();
        }),
      raw: async (db) =>
        keep(await RawClient.connect(server.socketPath, db), (raw) => {
          raw.close();
        }),
      service: async (app, db, env = {}, { mainFile, nodeArgs = [], socketPath = server.socketPath } = {}) =>
        keep(
          await startService({
            mainFile: mainFile ?? mainFileOf(options.appsFolder, app),
            env: { REDIS_URL: `unix://${socketPath}?db=${db}`, ...env },
            nodeArgs: [...unitNodeArgs(options.root, app), ...nodeArgs],
          }),
          (service) => service.stop(),
        ),
      baseline: async (name, db, baselineOptions) =>
        keep(await startBaseline(name, { path: server.socketPath, db, options: baselineOptions }), (baseline) =>
          baseline.stop(),
        ),
    });
  });
