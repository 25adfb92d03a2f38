import { afterEach, describe, expect, it } from '@jest/globals';
import { efficiencyKey, proposedKey, targetKey } from '@quantum/redis-schemas';
import type { PrivateRedis } from '@quantum/private-redis';
import { spawnApp, useRedis, withOwnRedis } from '@quantum/testing';
import type { Status } from './result.js';
import { startServices, type AppName, type Services } from './spawn.js';
import { startFrozenService, type Answers } from './testkit/frozen-service.test-support.js';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES } from './testkit/paths.test-support.js';
import { startRedisProxy, type Rewrite } from './testkit/redis-proxy.test-support.js';

const file = useRedis({ tcp: true });
type Endings = (() => Promise<void>)[];
const end = async (endings: Endings): Promise<void> => {
  for (const one of endings.splice(0).reverse()) await one();
};
const endings: Endings = [];
afterEach(() => end(endings));

/** The fault of a service. */
interface Break {
  env?: Record<string, string>;
  toServer?: Rewrite;
  toClient?: Rewrite;
}

async function startBroken(
  breaks: Partial<Record<AppName, Break>>,
  server: PrivateRedis = file.server,
  ends: Endings = endings,
): Promise<Services> {
  const envOf = async ({ env, ...rewrites }: Break = {}) => {
    const proxy = await startRedisProxy(server.socketPath, rewrites);
    ends.push(proxy.close);
    return { ...QUICK_CYCLES, REDIS_URL: proxy.url, ...env };
  };
  const env = {
    'allocation-target': await envOf(breaks['allocation-target']),
    'governor-plugin': await envOf(breaks['governor-plugin']),
  };
  const services = await startServices(APPS_FOLDER, env, AbortSignal.timeout(30_000));
  ends.push(services.stop);
  return services;
}

/** Runs all proofs; resolves to the names of the failed ones, and the exit code. */
async function prove(
  { allocationMetrics, governorMetrics }: Pick<Services, 'allocationMetrics' | 'governorMetrics'>,
  server: PrivateRedis = file.server,
) {
  const urls = [`--allocation-metrics=${allocationMetrics.join()}`, `--governor-metrics=${governorMetrics.join()}`];
  const args = ['--redis', server.url, ...urls, '--allow-kill-switch', '--json'];
  const app = spawnApp(PROOF_RUNNER, QUICK_CYCLES, args);
  const { code } = await app.exit;
  const { proofs: all } = JSON.parse(app.stdout.join('\n')) as { proofs: { name: string; status: Status }[] };
  const proofs = all.filter(({ name }) => !name.startsWith('brain-')); // no brain runs here
  expect(proofs).toHaveLength(17);
  expect(proofs.filter(({ status }) => !['pass', 'fail'].includes(status))).toEqual([]);
  return { code, failed: proofs.filter(({ status }) => status === 'fail').map(({ name }) => name) };
}

const replace =
  (pattern: RegExp, replacement: string): Rewrite =>
  (text) =>
    text.replace(pattern, replacement);

/** Calls back for each of our symbols whose key, made by `keyOf`, occurs in a text. */
async function forEachSymbol(
  text: string,
  keyOf: (symbol: string) => string,
  act: (key: string, symbol: string) => Promise<unknown>,
): Promise<void> {
  const symbols = new Set(text.match(/PROOF_[2-9A-Z]{9}/g));
  const named = [...symbols].filter((symbol) => text.includes(keyOf(symbol)));
  await Promise.all(named.map((symbol) => act(keyOf(symbol), symbol)));
}

/** A fault of one or both services, and the proofs that must fail of it. */
interface Fault {
  breaks: Partial<Record<AppName, Break>>;
  failed: string[];
}

const STEP_1 = ['high-efficiency', 'low-efficiency', 'missing-efficiency', 'low-confidence', 'stale-efficiency'];

const FAULTS = {
  'a wrong multiplier': {
    breaks: { 'allocation-target': { env: { P31_SCALE: '2' } } },
    failed: ['step1-high-efficiency', 'step1-low-efficiency'],
  },
  'a stale reading that counts': {
    breaks: { 'allocation-target': { env: { P31_STALE_SEC: '900' } } },
    failed: ['step1-stale-efficiency'],
  },
  'a shadow key that differs from the stream’s proposal': {
    breaks: {
      'allocation-target': {
        toServer: async (text) => {
          await forEachSymbol(text, proposedKey, (key) =>
            file.redis().hset(key, { ts_epoch: Math.ceil(Date.now() / 1000), proposed_target: '1000.01' }),
          );
          return text.replaceAll(proposedKey('PROOF'), proposedKey('OTHER'));
        },
      },
    },
    failed: [
      'step1-high-efficiency',
      'step1-low-efficiency',
      'step1-missing-efficiency',
      'step1-low-confidence',
      'step1-stale-efficiency',
      'safety-unreadable-efficiency',
    ],
  },
  'low confidence that counts': {
    breaks: {
      'allocation-target': { env: { P31_MIN_CONF: '0.2' } },
      'governor-plugin': { env: { P31_MIN_CONF: '0.2' } },
    },
    failed: ['step1-low-confidence', 'step2-low-confidence'],
  },
  'a wrong factor': {
    breaks: { 'governor-plugin': { env: { P31_DOWNSIZE_THRESHOLD: '0.5' } } },
    failed: ['step2-low-efficiency'],
  },
  'a permit field that is missing': {
    breaks: { 'governor-plugin': { toServer: replace(/"would_block"/g, '"would_bl0ck"') } },
    failed: ['safety-permit-fields'],
  },
  'a permit field of a wrong type': {
    breaks: { 'governor-plugin': { toServer: replace(/"eff_stale":"0"/g, '"eff_stale":  0') } },
    failed: ['safety-permit-fields'],
  },
  'live targets that are written': {
    breaks: {
      'allocation-target': {
        toServer: async (text) => {
          await forEachSymbol(text, proposedKey, (_key, symbol) => file.redis().hdel(targetKey(symbol), 'mode'));
          return text;
        },
      },
    },
    failed: ['safety-live-target'],
  },
  'an unreadable key that is treated as absent': {
    breaks: {
      'governor-plugin': {
        toServer: async (text) => {
          let rewritten = text;
          await forEachSymbol(text, efficiencyKey, async (key, symbol) => {
            const isBroken = (await file.redis().type(key)) === 'string';
            if (isBroken) rewritten = rewritten.replaceAll(key, efficiencyKey(symbol.replace('PROOF', 'OTHER')));
          });
          return rewritten;
        },
      },
    },
    failed: ['safety-unreadable-efficiency'],
  },
  'a kill switch that is ignored': {
    breaks: { 'governor-plugin': { toServer: replace(/quantum:kill\r\n/g, 'quantum:none\r\n') } },
    failed: ['safety-kill-switch'],
  },
  'permits that never end': {
    breaks: { 'governor-plugin': { toServer: replace(/'EX', permitTtl/g, "'KEEPTTL'      ") } },
    failed: ['safety-permit-fields'],
  },
  'shadow keys that never end': {
    breaks: { 'allocation-target': { toServer: replace(/'EXPIRE', key, ARGV\[5\]/g, "'EXISTS', key         ") } },
    failed: [...STEP_1.map((name) => `step1-${name}`), 'safety-unreadable-efficiency'],
  },
  'garbage that is dropped silently': {
    breaks: { 'governor-plugin': { toServer: replace(/governor\.deadletter\r\n/g, 'governor.elsewhere!\r\n') } },
    failed: ['safety-garbage-plan'],
  },
} satisfies Record<string, Fault>;
type FaultName = keyof typeof FAULTS;

const STEP_2 = ['low-efficiency', 'high-efficiency', 'missing-efficiency', 'low-confidence', 'metrics'];

const faultsOf = (names: readonly FaultName[]): Fault[] => names.map((name) => FAULTS[name]);
const breaksOf = (names: readonly FaultName[]): Fault['breaks'] => {
  const breakOf = (app: AppName): Break =>
    Object.assign({}, ...faultsOf(names).map(({ breaks }) => breaks[app])) as Break;
  return { 'allocation-target': breakOf('allocation-target'), 'governor-plugin': breakOf('governor-plugin') };
};

async function expectFound(names: readonly FaultName[], run: ReturnType<typeof prove>): Promise<void> {
  const { code, failed } = await run;
  expect(failed.sort()).toEqual(faultsOf(names).flatMap((fault) => fault.failed).sort()); // prettier-ignore
  expect(code).toBe(1);
}

describe('proofs against broken services', () => {
  it('all pass if nothing is broken', async () => {
    expect(await prove(await startBroken({}))).toEqual({ code: 0, failed: [] });
  });

  // Two at once, which break different things and fail different proofs.
  it.each<FaultName[]>([
    ['a wrong multiplier', 'a wrong factor'],
    ['a stale reading that counts', 'a permit field that is missing'],
    ['live targets that are written', 'a permit field of a wrong type'],
    ['a shadow key that differs from the stream’s proposal', 'a kill switch that is ignored'],
    ['low confidence that counts', 'an unreadable key that is treated as absent'],
  ])('%s, %s: exactly the right ones fail', async (...names) => {
    await expectFound(names, prove(await startBroken(breaksOf(names))));
  });

  // A proof waits for what never comes. So these run at the same time, each on a Redis and services of its own.
  const withOwn = (test: (server: PrivateRedis, ends: Endings) => Promise<void>): Promise<void> =>
    withOwnRedis(
      async (_redis, server) => {
        const ends: Endings = [];
        await test(server, ends).finally(() => end(ends));
      },
      { tcp: true },
    );

  it.concurrent('garbage that is dropped silently, a wrong multiplier: exactly the right ones fail', () =>
    withOwn(async (server, ends) => {
      const names: FaultName[] = ['garbage that is dropped silently', 'a wrong multiplier'];
      await expectFound(names, prove(await startBroken(breaksOf(names), server, ends), server));
    }),
  );

  // Their scripts are not those that other services have loaded.
  it.concurrent('permits and shadow keys that never end: exactly the right ones fail', () =>
    withOwn(async (server, ends) => {
      const names: FaultName[] = ['permits that never end', 'shadow keys that never end'];
      await expectFound(names, prove(await startBroken(breaksOf(names), server, ends), server));
    }),
  );

  it.concurrent('a dead proposer: its own proofs fail, and the common ones', () =>
    withOwn(async (server, ends) => {
      const services = await startBroken({}, server, ends);
      await services.processes['allocation-target'].stop();

      const step1 = [...STEP_1, 'service-health'].map((name) => `step1-${name}`);
      const failed = [...step1, 'safety-live-target', 'safety-unreadable-efficiency'];
      expect(await prove(services, server)).toEqual({ code: 1, failed });
    }),
  );

  it.concurrent('a dead governor: its own proofs fail, and the common ones', () =>
    withOwn(async (server, ends) => {
      const services = await startBroken({}, server, ends);
      await services.processes['governor-plugin'].stop();

      const step2 = [...STEP_2, 'service-health'].map((name) => `step2-${name}`);
      const safety = ['permit-fields', 'unreadable-efficiency', 'kill-switch', 'garbage-plan'];
      const failed = [...step2, ...safety.map((name) => `safety-${name}`)];
      expect(await prove(services, server)).toEqual({ code: 1, failed });
    }),
  );

  const NOT_READY = { '/readyz': { status: 503, body: 'Redis is not connected' } };
  it.each<[what: string, proposer: Answers, governor: Answers, failed: string[]]>([
    ['that count nothing', {}, {}, ['step1-service-health', 'step2-metrics']],
    [
      'that are not ready; the proposer counts nothing, the governor lacks a metric',
      NOT_READY,
      { ...NOT_READY, '/metrics': { status: 200, body: '# TYPE p32_eff_apply_total counter\n' } },
      ['step1-service-health', 'step2-metrics', 'step2-service-health'],
    ],
  ])('services %s: exactly the right ones fail', async (_what, proposer, governor, failed) => {
    const { allocationMetrics, governorMetrics } = await startBroken({});
    const standIn = async ([url = '']: readonly string[], answers: Answers): Promise<string[]> => {
      const started = await startFrozenService(url, answers);
      endings.push(started.close);
      return [started.url];
    };
    const metrics = {
      allocationMetrics: await standIn(allocationMetrics, proposer),
      governorMetrics: await standIn(governorMetrics, governor),
    };

    expect(await prove(metrics)).toEqual({ code: 1, failed });
  });
});
