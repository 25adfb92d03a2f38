import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRedisServer, findSuiteServer, type SuiteServer } from '@quantum/private-redis';

const run = promisify(execFile);

/** Something that the product is run on: a server, or a Node. */
export interface Platform {
  /** "Valkey 9.1.2", "Node 24.3.0" */
  name: string;
  /** Where it comes from. */
  source: string;
  /** Environment of the tests. */
  env: Readonly<Record<string, string>>;
  /** The Node that runs them. */
  node: string;
}

/** The suites of Debian whose servers are tried, the newest last. */
const SUITES = ['trixie', 'sid'];
const PRODUCTS = ['redis', 'valkey'] as const;
/** Major versions of Node besides the one that runs this. */
const NODES = [22, 24, 26];

const title = (product: string): string => product.charAt(0).toUpperCase() + product.slice(1);

async function suitePlatform(wanted: SuiteServer): Promise<Platform> {
  const { path, version } = await findSuiteServer(wanted);
  return {
    name: `${title(wanted.product)} ${version}`,
    source: `Debian ${wanted.suite}`,
    env: { REDIS_SERVER_BIN: path },
    node: process.execPath,
  };
}

/** The newest Redis and Valkey that Debian serves. Of a suite that cannot be had, the one before is taken. */
export const newestServers = (): Promise<Platform[]> =>
  Promise.all(
    PRODUCTS.map(async (product) => {
      for (const suite of SUITES.slice(1).reverse()) {
        try {
          return await suitePlatform({ product, suite });
        } catch (error) {
          console.error(`${product} of ${suite}: ${(error as Error).message}`);
        }
      }
      return suitePlatform({ product, suite: SUITES[0] ?? '' });
    }),
  );

/** Everything of the matrix: the server that the tests run on anyway, those of other suites, and other versions of Node. */
export async function allPlatforms(cache: string): Promise<Platform[]> {
  const usual = await findRedisServer();
  const platforms: Platform[] = [
    { name: `Redis ${usual.version}`, source: 'the default server', env: {}, node: process.execPath },
  ];
  for (const suite of SUITES) {
    for (const product of PRODUCTS) platforms.push(await suitePlatform({ product, suite }));
  }
  for (const major of NODES) platforms.push(await nodePlatform(major, cache));
  return platforms;
}

/** A Node as npm serves it, in a folder of its own. */
async function nodePlatform(major: number, cache: string): Promise<Platform> {
  const folder = join(cache, `node-${major}`);
  await mkdir(folder, { recursive: true });
  await run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${major}`]);
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  const { stdout } = await run(node, ['--version']);
  return { name: `Node ${stdout.trim().slice(1)}`, source: 'npm', env: {}, node };
}
