import { Cluster, type Redis } from 'ioredis';

/**
 * Sends commands and answers each with its error or its value: to one server as one pipeline; to a Cluster one by one,
 * as their keys are in many slots.
 */
export async function sendAll(
  redis: Redis | Cluster,
  commands: readonly string[][],
): Promise<[Error | null, unknown][]> {
  if (redis instanceof Cluster) {
    return Promise.all(
      commands.map(async ([name = '', ...args]): Promise<[Error | null, unknown]> => {
        try {
          return [null, await redis.call(name, ...args)];
        } catch (error) {
          return [error as Error, undefined];
        }
      }),
    );
  }
  return (await redis.pipeline(commands.map((command) => [...command])).exec()) ?? [];
}
