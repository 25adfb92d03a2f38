import { afterEach, describe, expect, it } from '@jest/globals';
import { efficiencyKey, proposedKey, targetKey } from '@quantum/redis-schemas';
import { spawnApp, useRedis } from '@quantum/testing';
import type { Status } from './result.js';
import { startServices, type AppName, type Services } from './spawn.js';
import { startFrozenService, type Answers } from './testkit/frozen-service.js';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES } from './testkit/paths.js';
import { startRedisProxy, type Rewrite } from './testkit/redis-proxy.js';

const file = useRedis({ tcp: true });
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** The fault of a service. */
interface Break {
  env?: Record<string, string>;
  toServer?: Rewrite;
  toClient?: Rewrite;
}

async function startBroken(breaks: Partial<Record<AppName, Break>>): Promise<Services> {
  const envOf = async ({ env, ...rewrites }: Break = {}) => {
    const proxy = await startRedisProxy(file.server.socketPath, rewrites);
    endings.push(proxy.close);
    return { ...QUICK_CYCLES, REDIS_URL: proxy.url, ...env };
  };
  const env = {
    'allocation-target': await envOf(breaks['allocation-target']),
    'governor-plugin': await envOf(breaks['governor-plugin']),
  };
  const services = await startServices(APPS_FOLDER, env, AbortSignal.timeout(30_000));
  endings.push(services.stop);
  return services;
}

/** Runs all proofs; resolves to the names of the failed ones, and the exit code. */
async function prove({ allocationMetrics, governorMetrics }: Pick<Services, 'allocationMetrics' | 'governorMetrics'>) {
  const urls = [`--allocation-metrics=${allocationMetrics.join()}`, `--governor-metrics=${governorMetrics.join()}`];
  const args = ['--redis', file.server.url, ...urls, '--allow-kill-switch', '--json'];
  const app = spawnApp(PROOF_RUNNER, QUICK_CYCLES, args);
  const { code } = await app.exit;
  const { proofs } = JSON.parse(app.stdout.join('\n')) as { proofs: { name: string; status: Status }[] };
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

const cases: { what: string; breaks: Partial<Record<AppName, Break>>; failed: string[] }[] = [
  { what: 'nothing', breaks: {}, failed: [] },
  {
    what: 'a wrong multiplier',
    breaks: { 'allocation-target': { env: { P31_SCALE: '2' } } },
    failed: ['step1-high-efficiency', 'step1-low-efficiency'],
  },
  {
    what: 'a stale reading that counts',
    breaks: { 'allocation-target': { env: { P31_STALE_SEC: '900' } } },
    failed: ['step1-stale-efficiency'],
  },
  {
    what: 'a shadow key that differs from the stream’s proposal',
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
  {
    what: 'low confidence that counts',
    breaks: {
      'allocation-target': { env: { P31_MIN_CONF: '0.2' } },
      'governor-plugin': { env: { P31_MIN_CONF: '0.2' } },
    },
    failed: ['step1-low-confidence', 'step2-low-confidence'],
  },
  {
    what: 'a wrong factor',
    breaks: { 'governor-plugin': { env: { P31_DOWNSIZE_THRESHOLD: '0.5' } } },
    failed: ['step2-low-efficiency'],
  },
  {
    what: 'a permit field that is missing',
    breaks: { 'governor-plugin': { toServer: replace(/"would_block"/g, '"would_bl0ck"') } },
    failed: ['safety-permit-fields'],
  },
  {
    what: 'a permit field of a wrong type',
    breaks: { 'governor-plugin': { toServer: replace(/"eff_stale":"0"/g, '"eff_stale":  0') } },
    failed: ['safety-permit-fields'],
  },
  {
    what: 'live targets that are written',
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
  {
    what: 'an unreadable key that is treated as absent',
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
  {
    what: 'a kill switch that is ignored',
    breaks: { 'governor-plugin': { toServer: replace(/quantum:kill\r\n/g, 'quantum:none\r\n') } },
    failed: ['safety-kill-switch'],
  },
  {
    what: 'garbage that is dropped silently',
    breaks: { 'governor-plugin': { toServer: replace(/governor\.deadletter\r\n/g, 'governor.elsewhere!\r\n') } },
    failed: ['safety-garbage-plan'],
  },
];

const STEP_1 = ['high-efficiency', 'low-efficiency', 'missing-efficiency', 'low-confidence', 'stale-efficiency'];
const STEP_2 = ['low-efficiency', 'high-efficiency', 'missing-efficiency', 'low-confidence', 'metrics'];

describe('proofs against broken services', () => {
  it.each(cases)('$what: exactly the right ones fail', async ({ breaks, failed }) => {
    const services = await startBroken(breaks);

    expect(await prove(services)).toEqual({ code: failed.length === 0 ? 0 : 1, failed });
  });

  it('a dead proposer: its own proofs fail, and the common ones', async () => {
    const services = await startBroken({});
    await services.processes['allocation-target'].stop();

    const step1 = [...STEP_1, 'service-health'].map((name) => `step1-${name}`);
    const failed = [...step1, 'safety-live-target', 'safety-unreadable-efficiency'];
    expect(await prove(services)).toEqual({ code: 1, failed });
  });

  it('a dead governor: its own proofs fail, and the common ones', async () => {
    const services = await startBroken({});
    await services.processes['governor-plugin'].stop();

    const step2 = [...STEP_2, 'service-health'].map((name) => `step2-${name}`);
    const safety = ['permit-fields', 'unreadable-efficiency', 'kill-switch', 'garbage-plan'];
    expect(await prove(services)).toEqual({ code: 1, failed: [...step2, ...safety.map((name) => `safety-${name}`)] });
  });

  const frozen: { what: string; of: 'allocationMetrics' | 'governorMetrics'; answers: Answers; failed: string[] }[] = [
    {
      what: 'a proposer that counts nothing',
      of: 'allocationMetrics',
      answers: {},
      failed: ['step1-service-health'],
    },
    { what: 'a governor that counts nothing', of: 'governorMetrics', answers: {}, failed: ['step2-metrics'] },
    {
      what: 'a proposer that is not ready, and counts nothing',
      of: 'allocationMetrics',
      answers: { '/readyz': { status: 503, body: 'Redis is not connected' } },
      failed: ['step1-service-health'],
    },
    {
      what: 'a governor that is not ready, and lacks a metric',
      of: 'governorMetrics',
      answers: {
        '/readyz': { status: 503, body: 'Redis is not connected' },
        '/metrics': { status: 200, body: '# TYPE p32_eff_apply_total counter\n' },
      },
      failed: ['step2-metrics', 'step2-service-health'],
    },
  ];
  it.each(frozen)('$what: exactly the right ones fail', async ({ of, answers, failed }) => {
    const services = await startBroken({});
    const standIn = await startFrozenService(services[of][0] ?? '', answers);
    endings.push(standIn.close);

    expect(await prove({ ...services, [of]: [standIn.url] })).toEqual({ code: 1, failed });
  });
});
