import { afterEach, expect, it } from '@jest/globals';
import { spawnApp, useRedis, type SpawnedApp } from '@quantum/testing';
import { PROOF_RUNNER, QUICK_CYCLES } from '../testkit/paths.test-support.js';
import { startServices } from './services.test-support.js';

const file = useRedis({ tcp: true });
const apps: SpawnedApp[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.stop())));

it.each([
  { P31_MIN_CONF: '0.95', P31_STALE_SEC: '1800', P31_DOWNSIZE_THRESHOLD: '0.9', P31_MAX_MULT: '1' },
  { P31_MIN_CONF: '0' },
  { P31_MIN_CONF: '0.2', P31_STALE_SEC: '60.5', P31_DOWNSIZE_THRESHOLD: '0.1', P31_MIN_FACTOR: '1' },
])('every proof passes with parameters other than the defaults: %j', async (parameters) => {
  const env = { REDIS_URL: file.server.url, ...parameters };
  const { proposer, governor, urls } = startServices(env);
  apps.push(proposer, governor);
  await Promise.all([governor.waitForLine(/serving plans/), proposer.waitForLine(/"msg":"cycle"/)]);
  const [proposerUrl = '', governorUrl = ''] = await urls();

  const proofs = spawnApp(PROOF_RUNNER, { ...env, ...QUICK_CYCLES }, [
    'run', '--allocation-metrics', proposerUrl, '--governor-metrics', governorUrl, '--allow-kill-switch',
  ]); // prettier-ignore
  const { code } = await proofs.exit;

  expect({ code, failed: proofs.stdout.filter((line) => line.includes('FAIL')) }).toEqual({ code: 0, failed: [] });
});
