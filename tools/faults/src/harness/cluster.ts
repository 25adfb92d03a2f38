import { startPrivateCluster } from '@quantum/private-redis';
import { withCleanUp } from '@quantum/testbed';
import { Cluster, type Redis } from 'ioredis';
import type { Context } from '../scenario.js';
import { disconnect, launch, type Harness } from './harness.js';

/** What a scenario on a Cluster has. Its clients are a Cluster's behind the type of a single server's. */
export type ClusterHarness = Pick<Harness, 'client' | 'connect' | 'startService'>;

/** Sets up a Cluster of three masters, runs the scenario on it, and clears it away in any case. */
export const withCluster = <T>(context: Context, play: (harness: ClusterHarness) => Promise<T>): Promise<T> =>
  withCleanUp(async (keep) => {
    const { masters, url } = keep(await startPrivateCluster(), ({ stop }) => stop());
    const connect = (): Promise<Redis> => {
      const client = keep(new Cluster(masters.map(({ port }) => ({ host: '127.0.0.1', port }))), disconnect);
      client.on('error', () => undefined);
      return Promise.resolve(client as unknown as Redis);
    };
    const startService: Harness['startService'] = (app, env) =>
      keep(launch(context, app, { REDIS_URL: url, ...env }), (service) => service.stop());
    return play({ client: await connect(), connect, startService });
  });
