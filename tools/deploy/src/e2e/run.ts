import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { SERVERS, type ServerProduct } from '@quantum/docs';
import { makeRelease } from '../release/release.js';
import { freshTree, preflight, type System } from './base.js';
import { Container } from './container.js';
import { badConfiguration } from './bad-configuration.js';
import { brainMigration } from './brain-migration.js';
import { brainService } from './brain-service.js';
import { consoleService } from './console-service.js';
import { fiveCommands, noErrors } from './five-commands.js';
import { Host, type Chapter } from './host.js';
import { interrupted } from './interrupted.js';
import { migration } from './migration.js';
import { endFlows } from './plans.js';
import { policyFile } from './policy-file.js';
import { probes } from './probes.js';
import { removal } from './removal.js';
import { rolloutChapter } from './rollout.js';
import { secrets } from './secrets.js';
import { hung, killed, outage, rebooted } from './survival.js';
import { upgradeAndBack } from './upgrade.js';

const CHAPTERS: readonly Chapter[] = [
  noErrors,
  upgradeAndBack,
  badConfiguration,
  interrupted,
  secrets,
  policyFile,
  rebooted,
  killed,
  hung,
  outage,
  probes,
  brainService,
  rolloutChapter,
  consoleService,
  removal,
  migration,
  brainMigration,
];
const RELEASES = ['1.0.0', '1.1.0'];
const PORT = 8000;

/** What an operator has before he begins: a place that serves the releases, named by $RELEASES. */
const SERVER = `
require('http').createServer((request, response) => {
  const file = require('fs').createReadStream('/srv/releases' + request.url);
  file.on('error', () => response.writeHead(404).end()).pipe(response);
}).listen(${PORT}, '127.0.0.1');`;

function prepare(root: string, tree: string, server: ServerProduct): void {
  const served = join(tree, 'srv', 'releases');
  mkdirSync(served, { recursive: true });
  for (const version of RELEASES) makeRelease({ root, out: served, version });
  writeFileSync(join(tree, 'srv', 'serve.js'), SERVER);
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n'); // a Debian that was installed has it
  const unit = '[Service]\nExecStart=/usr/bin/node /srv/serve.js\n[Install]\nWantedBy=multi-user.target\n';
  writeFileSync(join(tree, 'etc/systemd/system/e2e-releases.service'), unit);
  mkdirSync(join(tree, 'etc/systemd/system/multi-user.target.wants'), { recursive: true });
  symlinkSync('../e2e-releases.service', join(tree, 'etc/systemd/system/multi-user.target.wants/e2e-releases.service'));
  const { folder, configuration } = SERVERS[server];
  writeFileSync(join(tree, folder, 'users.acl'), '');
  appendFileSync(
    join(tree, folder, configuration),
    `\nunixsocket ${socketOf(server)}\nunixsocketperm 777\nappendonly yes\naclfile ${folder}/users.acl\n`,
  );
}

const socketOf = (server: ServerProduct): string => `/var/lib/${server}/e2e.sock`;

const connect = (tree: string, server: ServerProduct): Redis =>
  connectRedis({ url: `unix://${join(tree, socketOf(server))}`, host: '', port: 0, db: 0 }, 'deploy-e2e');

async function play(chapter: Chapter, host: Host): Promise<boolean> {
  const startMs = performance.now();
  const seconds = (): string => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  try {
    const numbers = await chapter.run(host);
    console.log(`ok      ${chapter.name} (${seconds()})${numbers === undefined ? '' : `: ${numbers}`}`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${chapter.name} (${seconds()})\n${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    endFlows();
  }
}

/** Boots a Debian, plays every chapter, and leaves nothing behind but the base tree. Answers the exit code. */
export async function runE2e(
  options: System & { root: string; only: string | undefined; keep: boolean },
): Promise<number> {
  const reason = preflight();
  if (reason !== undefined) {
    console.log(`SKIPPED: this machine cannot boot a container: ${reason}`);
    return 0;
  }
  const { server } = options;
  const tree = freshTree(options);
  const container = new Container(tree, server, { RELEASES: `http://127.0.0.1:${PORT}` });
  let redis: Redis | undefined;
  const clean = async (): Promise<void> => {
    redis?.disconnect();
    await container.end();
    if (options.keep) console.log(`kept: ${tree}`);
    else rmSync(tree, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void clean().then(() => process.exit(130));
    });
  }
  try {
    prepare(options.root, tree, server);
    await container.boot();
    redis = connect(tree, server);
    await untilReady(redis);
    const host = new Host(container, redis, options.root);
    const isServed = async () => (await container.try(`curl -s 127.0.0.1:${PORT}`)).code === 0;
    await host.until('the releases are served', 20, isServed);
    const first = await play(fiveCommands, host);
    const chapters = first ? CHAPTERS.filter(({ name }) => name.includes(options.only ?? '')) : [];
    let failed = first ? 0 : 1;
    for (const chapter of chapters) if (!(await play(chapter, host))) failed += 1;
    console.log(
      failed === 0 ? `PASS: ${chapters.length + 1} chapters` : `FAIL: ${failed} of ${CHAPTERS.length + 1} chapters`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await clean();
  }
}
