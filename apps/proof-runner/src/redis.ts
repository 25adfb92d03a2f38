import type { Redis } from '@quantum/redis-io';
import { maskRedisUrl, parseRedisUrl } from '@quantum/service-kit';

/** How to ask the same Redis by hand; a login is left out, for it may be in a log. */
export function redisCli(text: string): string {
  const url = parseRedisUrl(text);
  const [node] = url?.nodes ?? [];
  if (url?.kind === 'unix') return `redis-cli -s ${url.path}${url.db === undefined ? '' : ` -n ${url.db}`}`;
  const server = `redis-cli -h ${node?.host ?? ''} -p ${node?.port ?? 6379}${url?.tls ? ' --tls' : ''}`;
  if (url?.kind === 'cluster') return `${server} -c`;
  // The master's address, as the sentinel knows it.
  if (url?.kind === 'sentinel') return `${server} sentinel get-master-addr-by-name ${url.masterName}; redis-cli`;
  return `redis-cli -u ${maskRedisUrl(text)}`;
}

/** Id of a stream's newest entry: what comes after it is news. */
export async function lastEntryId(redis: Redis, stream: string): Promise<string> {
  const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  return newest?.[0] ?? '0-0';
}
