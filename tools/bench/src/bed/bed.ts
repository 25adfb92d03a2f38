import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { SERVICES, type AppName } from '@quantum/service-config';
import { Redis } from 'ioredis';
import { RawClient } from './raw-client.js';
import { startRival, type RivalProcess } from './rival-process.js';
import { startService, type Service } from './service.js';

/** What a bench is run with. */
export interface Options {
  /** The working copy. */
  root: string;
  /** Folder that holds `<app>/main.js`. */
  appsFolder: string;
  /** The same of another build, which takes part as a rival. */
  rivalAppsFolder: string | undefined;
  /** To see that it works, in seconds; its figures say nothing. */
  short: boolean;
  /** Where reports go, and what is made on the way. */
  outFolder: string;
  tell: (text: string) => void;
}

/** One Redis for everyone who takes part; each has a database of its own in it. */
export interface Bed extends Options {
  server: PrivateRedis;
  client: (db: number) => Redis;
  raw: (db: number) => Promise<RawClient>;
  service: (app: AppName, db: number, env?: Readonly<Record<string, string>>, more?: ServiceMore) => Promise<Service>;
  rival: (name: string, db: number, options?: unknown) => Promise<RivalProcess>;
}

interface ServiceMore {
  mainFile?: string;
  nodeArgs?: readonly string[];
  /** Another way to Redis. */
  socketPath?: string;
}

export const mainFileOf = (appsFolder: string, app: AppName): string => {
  const path = join(appsFolder, app, 'main.js');
  if (!existsSync(path)) throw new Error(`${app} is not built: there is no ${path}`);
  return path;
};

/** Node's arguments in the unit that starts a service. */
function unitNodeArgs(root: string, app: AppName): string[] {
  const unit = `quantum-${SERVICES.find((service) => service.app === app)?.name ?? ''}.service`;
  const text = readFileSync(join(root, 'deploy', 'systemd', unit), 'utf8');
  const args = /^ExecStart=\S+ node (.*)\/opt\/\S+\/main\.js$/m.exec(text)?.[1];
  if (args === undefined) throw new Error(`${unit} does not say how node is started`);
  return args.split(' ').filter((arg) => arg !== '');
}

/** Sets a bed up, and clears it away whatever happens. */
export async function withBed<T>(options: Options, play: (bed: Bed) => Promise<T>): Promise<T> {
  const cleanUp: (() => unknown)[] = [];
  const keep = <P>(thing: P, end: (thing: P) => unknown): P => {
    cleanUp.push(() => end(thing));
    return thing;
  };
  try {
    const server = keep(await startPrivateRedis(), (started) => started.stop());
    return await play({
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
      rival: async (name, db, rivalOptions) =>
        keep(await startRival(name, { path: server.socketPath, db, options: rivalOptions }), (rival) => rival.stop()),
    });
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
}
