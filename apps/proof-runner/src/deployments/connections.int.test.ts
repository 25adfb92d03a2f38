import { afterEach, expect, it } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from '@quantum/private-redis';
import { connect, disconnectAll, permitOf, proposalOf, startServices, submit } from './services.test-support.js';

let server: PrivateRedis | undefined;
afterEach(async () => {
  disconnectAll();
  await server?.stop();
});

const ADDRESSES: [name: string, options: PrivateRedisOptions, env: (server: PrivateRedis) => Record<string, string>][] = [
  ['a unix socket', {}, ({ socketPath }) => ({ REDIS_URL: `unix://${socketPath}?db=3` })],
  ['host, port and database', { tcp: true }, ({ port }) => ({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port), REDIS_DB: '2' })],
  [
    'TLS with a client certificate',
    { tls: true },
    ({ url, certificates }) => ({
      REDIS_URL: url,
      REDIS_TLS_CA: certificates?.ca ?? '',
      REDIS_TLS_CERT: certificates?.clientCert ?? '',
      REDIS_TLS_KEY: certificates?.clientKey ?? '',
    }),
  ],
]; // prettier-ignore

it.each(ADDRESSES)('both services work over %s', async (_name, options, envOf) => {
  server = await startPrivateRedis(options);
  const env = envOf(server);
  const { proposer, governor } = startServices(env);
  const redis = await connect(env);
  await submit(redis, 'p1');
  expect(await permitOf(redis, 'p1')).toMatchObject({ granted: true });
  expect(await proposalOf(redis, 'BTCUSDT')).toMatchObject({ proposed_target: '1400.00', reason: 'ok' });
  expect(await Promise.all([proposer.stop(), governor.stop()])).toMatchObject([{ code: 0 }, { code: 0 }]);
});

it('a server that requires a certificate and gets none counts as away, and is reported', async () => {
  server = await startPrivateRedis({ tls: true });
  const env = { REDIS_URL: server.url, REDIS_TLS_CA: server.certificates?.ca ?? '' };
  const { governor, proposer } = startServices(env);
  await Promise.all([governor.waitForLine(/cannot serve plans/), proposer.waitForLine(/Redis is away/)]);
});
