import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrivateRedis } from '@quantum/private-redis';
import { passwordOf, spawnApp, startWithUsers, urlFor } from '@quantum/testing';
import { PROOF_RUNNER, QUICK_CYCLES } from '../testkit/paths.test-support.js';
import { connect, disconnectAll, startServices } from './services.test-support.js';

let server: PrivateRedis;
let folder: string;
beforeAll(async () => {
  server = await startWithUsers();
  folder = await mkdtemp(join(tmpdir(), 'acl-'));
});
afterAll(async () => {
  disconnectAll();
  await server.stop();
  await rm(folder, { recursive: true });
});

it('the whole proof run passes under the deployed users, without a denied command', async () => {
  const passwordFile = join(folder, 'redis-password');
  await writeFile(passwordFile, `${passwordOf('quantum-governor')}\n`);
  const services = startServices(
    { REDIS_URL: urlFor(server, 'quantum-proposer') },
    { REDIS_URL: server.url, REDIS_USERNAME: 'quantum-governor', REDIS_PASSWORD_FILE: passwordFile },
  );
  await Promise.all([services.governor.waitForLine(/serving plans/), services.proposer.waitForLine(/"msg":"cycle"/)]);
  const [allocation = '', governor = ''] = await services.urls();

  const proofs = spawnApp(PROOF_RUNNER, { ...QUICK_CYCLES }, [
    'run', '--redis', urlFor(server, 'quantum-proof'),
    '--allocation-metrics', allocation, '--governor-metrics', governor, '--allow-kill-switch',
  ]); // prettier-ignore
  const { code } = await proofs.exit;
  const remove = spawnApp(PROOF_RUNNER, { ...QUICK_CYCLES }, [
    'remove',
    '7K3M9PQR',
    '--redis',
    urlFor(server, 'quantum-proof'),
  ]);
  expect((await remove.exit).code).toBe(0);

  const redis = await connect({ REDIS_URL: server.url });
  expect(await redis.acl('LOG')).toEqual([]);
  expect([proofs.stdout.at(-1), code]).toEqual(['SUMMARY: PASS (all tests passed)', 0]);
  for (const app of [proofs, services.governor, services.proposer]) {
    expect([...app.stdout, ...app.stderr].join('\n')).not.toContain("'s password");
  }
});
