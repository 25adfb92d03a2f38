import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NamedServer } from './moves/moves.js';
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
/** Major versions of Node other than the one that runs this. */
const NODES = [22, 24, 26];

const title = (product: string): string => product.charAt(0).toUpperCase() + product.slice(1);

interface SourcedServer extends NamedServer {
  source: string;
}

async function suiteServer(wanted: SuiteServer): Promise<SourcedServer> {
  const server = await findSuiteServer(wanted);
  return { name: `${title(wanted.product)} ${server.version}`, server, source: `Debian ${wanted.suite}` };
}

/** Of another suite: its programs need no environment. */
const platformOf = ({ name, server, source }: SourcedServer): Platform => ({
  name,
  source,
  env: { REDIS_SERVER_BIN: server.path },
  node: process.execPath,
});

/** The newest Redis and Valkey that Debian serves. Of a suite that cannot be had, the one before is taken. */
export const newestServers = (): Promise<Platform[]> =>
  Promise.all(
    PRODUCTS.map(async (product) => {
      for (const suite of SUITES.slice(1).reverse()) {
        try {
          return platformOf(await suiteServer({ product, suite }));
        } catch (error) {
          console.error(`${product} of ${suite}: ${(error as Error).message}`);
        }
      }
      return platformOf(await suiteServer({ product, suite: SUITES[0] ?? '' }));
    }),
  );

/** The server that the tests run on anyway, then those of other suites. */
export async function allServers(): Promise<SourcedServer[]> {
  const usual = await findRedisServer();
  const servers: SourcedServer[] = [{ name: `Redis ${usual.version}`, server: usual, source: 'the default server' }];
  for (const product of PRODUCTS) for (const suite of SUITES) servers.push(await suiteServer({ product, suite }));
  return servers;
}

/** Everything of the matrix: all servers, and other versions of Node. */
export async function allPlatforms(cache: string): Promise<Platform[]> {
  const [usual, ...others] = await allServers();
  const platforms = [...(usual ? [{ ...platformOf(usual), env: {} }] : []), ...others.map(platformOf)];
  for (const major of NODES) platforms.push(await nodePlatform(major, cache));
  return platforms;
}

/** A Node as npm serves it, in a folder of its own. Fetched once; a newer version does not replace it. */
async function nodePlatform(major: number, cache: string): Promise<Platform> {
  const folder = join(cache, `node-${major}`);
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  const versionOf = async () => (await run(node, ['--version'])).stdout.trim().slice(1);
  const version = await versionOf().catch(async () => {
    await mkdir(folder, { recursive: true });
    // Its script fetches the program for this machine; npm 12 runs none that is not allowed here.
    const wanted = { private: true, dependencies: { node: String(major) }, allowScripts: { node: true } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(wanted));
    await run('npm', ['install', '--prefix', folder, '--no-package-lock', '--no-audit', '--no-fund']);
    return versionOf();
  });
  return { name: `Node ${version}`, source: 'npm', env: {}, node };
}
