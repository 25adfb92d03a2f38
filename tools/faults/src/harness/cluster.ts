import { startPrivateCluster } from '@quantum/private-redis';
import { Cluster, type Redis } from 'ioredis';
import type { Context } from '../scenario.js';
import { launch, type Harness } from './harness.js';

/** What a scenario on a Cluster has. Its clients are a Cluster's behind the type of a single server's. */
export type ClusterHarness = Pick<Harness, 'client' | 'connect' | 'startService'>;

/** Sets up a Cluster of three masters, runs the scenario on it, and clears it away in any case. */
export async function withCluster<T>(context: Context, play: (harness: ClusterHarness) => Promise<T>): Promise<T> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    const cluster = await startPrivateCluster();
    cleanUp.push(() => cluster.stop());
    const connect = (): Promise<Redis> => {
      const client = new Cluster(cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port })));
      client.on('error', () => undefined);
      cleanUp.push(() => {
        client.disconnect();
        return Promise.resolve();
      });
      return Promise.resolve(client as unknown as Redis);
    };
    const startService: Harness['startService'] = (app, env) => {
      const service = launch(context, app, { REDIS_URL: cluster.url, ...env });
      cleanUp.push(() => service.stop());
      return service;
    };
    return await play({ client: await connect(), connect, startService });
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
}
