import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPrivateRedis } from '@quantum/private-redis';
import { PROGRAMS } from '@quantum/service-config';
import {
  connectedClient,
  createScratchRepo,
  spawnApp,
  waitFor,
  type Outcome,
  type ScratchRepo,
} from '@quantum/testing';

const SUCCESS = expect.objectContaining({ code: 0 });
const DEFINITION = `import { defineConfig, metricsPort, redisCrossChecks, sharedVariables } from '@quantum/service-kit';

export const heartbeat = defineConfig({ ...sharedVariables, ...metricsPort('8077') }, { crossChecks: redisCrossChecks });
`;
const MAIN = `import { createServiceMetrics } from '@quantum/metrics';
import { untilReady } from '@quantum/redis-io';
import { heartbeat } from '@quantum/service-config';
import { hostService, runService } from '@quantum/service-host';

void runService(
  hostService({
    name: 'heartbeat',
    definition: heartbeat,
    metrics: (options) => createServiceMetrics('heartbeat', options),
    build: ({ checkServer, metrics, redis, systemd }) => ({
      readiness: () => ({ ready: redis.status === 'ready' }),
      start: async () => {
        await untilReady(redis);
        await checkServer();
        metrics.switches.set(await redis.exists('quantum:kill'));
        systemd.ready();
      },
    }),
  }),
);
`;
const ENTRY = `  {
    name: 'heartbeat',
    app: 'heartbeat',
    definition: heartbeat,
    redisUser: { name: 'quantum-heartbeat', may: 'look at the kill switch', mayNot: 'write anything' },
    unit: { description: 'heartbeat', semiSpaceMb: 16, semiSpaceReason: 'As node has elsewhere.' },
  },
`;
const METRICS = `  heartbeat: [{ switches: gauge('heartbeat_switches', 'Kill switches', {}), ...serverGauges('heartbeat') }],
`;
const ACL = 'user quantum-heartbeat on #HEARTBEAT_PASSWORD_SHA256 resetchannels -@all +ping +info +select +client|setname +cluster|slots +cluster|info +time +exists %R~quantum:kill\n'; // prettier-ignore
const MAY = `  'quantum-heartbeat': [...CONNECTING, ['time'], ['exists', KILL_KEY]],
`;
const MAY_NOT = `  'quantum-heartbeat': [...ADMINISTRATION, ...[KILL_KEY, permitKey(P), STREAMS.plans].flatMap(destroying)],
`;
/** What is added to a file: before the first place that a pattern matches, or at its end. */
const EDITS: readonly (readonly [path: string, text: string, before?: RegExp])[] = [
  ['libs/service-config/src/heartbeat.ts', DEFINITION],
  ['libs/service-config/src/services.ts', "import { heartbeat } from './heartbeat.js';\n", /^import .*proposer/m],
  ['libs/service-config/src/services.ts', ENTRY, /^\] as const satisfies/m],
  ['libs/service-config/src/index.ts', "export { heartbeat } from './heartbeat.js';\n"],
  ['libs/metrics/src/declarations.ts', "import { serverGauges } from './declaration.js';\n", /^import \{ *counter/m],
  ['libs/metrics/src/declarations.ts', METRICS, /^ {2}every: \[/m],
  ['deploy/redis/users.acl', ACL],
  ['apps/proof-runner/src/deployments/acl-matrix.int.test.ts', MAY, /^ {2}ana: \[\.\.\.CONNECTING/m],
  ['apps/proof-runner/src/deployments/acl-matrix.int.test.ts', MAY_NOT, /^ {2}ana: \[\.\.\.ADMIN/m],
  ['libs/redis-schemas/src/key-table.ts', 'heartbeat, ', /Apply Layer`, 'kill switch'/],
  ['apps/heartbeat/src/main.ts', MAIN],
  ['.github/CODEOWNERS', '/apps/heartbeat/ @quantum/platform\n'],
  ['tsconfig.json', '    { "path": "./apps/heartbeat" },\n', /^ {4}\{/m],
];

let repo: ScratchRepo;
const path = (...names: string[]): string => join(repo.root, ...names);
const read = (name: string): string => readFileSync(path(name), 'utf8');
const installed = (name: string): string => read(join('host', name));

function add(name: string, text: string, before?: RegExp): void {
  if (before)
    writeFileSync(
      path(name),
      read(name).replace(before, (found) => text + found),
    );
  else appendFileSync(path(name), text);
}

/** The files that every app has are copied from another: none of their lines is about the service but its name. */
function copyProject(): void {
  mkdirSync(path('apps/heartbeat/src'), { recursive: true });
  for (const name of ['package.json', 'project.json', 'tsconfig.json', 'jest.config.cjs']) {
    const text = read(`apps/allocation-target/${name}`).replaceAll('allocation-target', 'heartbeat');
    writeFileSync(path('apps/heartbeat', name), text.replace('team:allocation', 'team:platform'));
  }
}

/** As an operator builds and installs it; the other programs are stand-ins. */
async function buildAndInstall(): Promise<Outcome[]> {
  const build = await repo.bin('nx', 'run-many', '-t', 'build', '-p', 'heartbeat', 'docs');
  const generate = await repo.run('node', 'dist/tools/docs/main.js', 'generate');
  for (const program of PROGRAMS) {
    mkdirSync(path('dist/apps', program), { recursive: true });
    writeFileSync(path('dist/apps', program, 'main.js'), '');
  }
  return [build, generate, await repo.run('deploy/install', '--service', 'heartbeat', '--prefix', 'host')];
}

/** What it says and how it ends, on a Redis that knows it as deploy/redis/users.acl says. */
async function pagesOfService(): Promise<Record<string, string>> {
  const sum = createHash('sha256').update('secret').digest('hex');
  writeFileSync(
    path('users.acl'),
    installed('opt/quantum/current/deploy/redis/users.acl').replace(/#\w+_SHA256/g, `#${sum}`),
  );
  const server = await startPrivateRedis({ tcp: true, config: { aclfile: path('users.acl') } });
  const operator = await connectedClient(server.url);
  await operator.set('quantum:kill', '1');
  operator.disconnect();
  const url = server.url.replace('://', '://quantum-heartbeat:secret@');
  const app = spawnApp(path('host/opt/quantum/current/heartbeat/main.js'), { REDIS_URL: url, METRICS_PORT: '0' });
  try {
    const probes = /http:\/\/[\d.:]+/.exec(await app.waitForLine(/metrics are served/))?.[0] ?? '';
    const ask = async (page: string) => (await fetch(`${probes}${page}`)).text();
    await waitFor(async () => (await ask('/metrics')).includes('heartbeat_switches 1\n'), { what: 'the switch' });
    return { readyz: await ask('/readyz'), exit: JSON.stringify(await app.stop()) };
  } finally {
    await app.stop('SIGKILL');
    await server.stop();
  }
}

/** What asks whether a service is in every list where it belongs, and in no other. */
const TESTS_OF_LISTS = [
  'services.unit',
  'declarations.unit',
  'acl-matrix',
  'read-model-source/src/source.int',
  'grafana',
];

beforeAll(async () => {
  repo = await createScratchRepo();
  copyProject();
  for (const edit of EDITS) add(...edit);
});
afterAll(() => {
  repo.remove();
});

it('is under 40 lines', () => {
  const lines = EDITS.flatMap(([, text]) => text.split('\n')).filter((line) => line.trim() !== '');
  expect(lines.length).toBeLessThan(40);
});

it('a third service is linted, built, documented, installed and serves under its own user', async () => {
  const lint = repo.lint('apps/heartbeat', 'libs/service-config/src/services.ts');
  expect(await buildAndInstall()).toEqual([SUCCESS, SUCCESS, SUCCESS]);
  expect(await lint).toEqual(SUCCESS);
  expect(read('docs/integration/operators.md')).toMatch(
    /generated: variables:heartbeat -->\n\n\| Variable [\s\S]*`METRICS_PORT` .*`8077`/,
  );
  expect(read('docs/integration/dashboards.md')).toMatch(
    /generated: metrics:heartbeat -->\n\n\| Metric [\s\S]*`heartbeat_switches` .*Kill switches/,
  );
  expect(read('deploy/redis/README.md')).toContain('-e "s/HEARTBEAT_PASSWORD_SHA256/$(hash "$HEARTBEAT_PASSWORD")/"');
  expect(installed('etc/quantum/heartbeat.env')).toContain('METRICS_PORT=8077\n');
  expect(installed('etc/systemd/system/quantum-heartbeat.service')).toContain(
    '/opt/quantum/current/heartbeat/main.js\n',
  );
  const { readyz, exit } = await pagesOfService();
  expect(readyz).toBe('ready\n');
  expect(JSON.parse(exit ?? '')).toMatchObject({ code: 0 });
});

it('is in every list where it belongs: the tests of lists and docs:check pass', async () => {
  const tests = await repo.bin('jest', '--config', 'tools/jest/all.config.cjs', ...TESTS_OF_LISTS);
  expect(TESTS_OF_LISTS.filter((name) => !tests.stderr.includes(name))).toEqual([]); // each was found
  expect([tests, await repo.run('node', 'dist/tools/docs/main.js', 'check')]).toEqual([SUCCESS, SUCCESS]);
});
