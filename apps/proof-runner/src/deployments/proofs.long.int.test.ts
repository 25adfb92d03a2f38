import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { startPrivateCluster, startPrivateRedis, startPrivateSentinel } from '@quantum/private-redis';
import { spawnApp, urlFor, withUsers, type User } from '@quantum/testing';
import { APPS_FOLDER, PROOF_RUNNER, QUICK_CYCLES, QUICK_PERIODS } from '../testkit/paths.test-support.js';
import { startServices } from './services.test-support.js';

/** A Redis deployment, and the variables that name it. */
interface Topology {
  env: (user: User) => Record<string, string>;
  stop: () => Promise<void>;
}

const TOPOLOGIES: Record<string, () => Promise<Topology>> = {
  'TLS with a client certificate': async () => {
    const server = await startPrivateRedis({ tls: true });
    const { ca = '', clientCert = '', clientKey = '' } = server.certificates ?? {};
    const env = { REDIS_URL: server.url, REDIS_TLS_CA: ca, REDIS_TLS_CERT: clientCert, REDIS_TLS_KEY: clientKey };
    return { env: () => env, stop: server.stop };
  },
  Sentinel: async () => {
    const { url, stop } = await startPrivateSentinel();
    return { env: () => ({ REDIS_URL: url }), stop };
  },
  'a Cluster, with a user each': async () => {
    const cluster = await withUsers((config) => startPrivateCluster({ config }));
    return { env: (user) => ({ REDIS_URL: urlFor(cluster, user) }), stop: cluster.stop };
  },
};

let topology: Topology | undefined;
afterEach(() => topology?.stop());

it.each(Object.entries(TOPOLOGIES))('every proof passes on %s', async (_name, start) => {
  topology = await start();
  const { env } = topology;
  const { proposer, governor, urls } = startServices(env('quantum-proposer'), env('quantum-governor'));
  const brain = spawnApp(join(APPS_FOLDER, 'efficiency-brain', 'main.js'), {
    ...QUICK_PERIODS,
    ...env('quantum-brain'),
    METRICS_PORT: '0',
  });
  await Promise.all([
    governor.waitForLine(/serving plans/),
    proposer.waitForLine(/"msg":"cycle"/),
    brain.waitForLine(/"msg":"running"/),
  ]);
  const [proposerUrl = '', governorUrl = ''] = await urls();
  const proofs = spawnApp(PROOF_RUNNER, { ...env('quantum-proof'), ...QUICK_CYCLES }, [
    'run', '--allocation-metrics', proposerUrl, '--governor-metrics', governorUrl, '--allow-kill-switch',
  ]); // prettier-ignore
  const { code } = await proofs.exit;
  expect([proofs.stdout.at(-1), code]).toEqual(['SUMMARY: PASS (all tests passed)', 0]);
  expect(proofs.stdout.join('\n')).toMatch(/^brain-gains +PASS/m);
  await Promise.all([proposer.stop(), governor.stop(), brain.stop()]);
});
