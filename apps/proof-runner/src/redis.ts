import { maskRedisUrl, parseRedisUrl } from '@quantum/service-kit';

/** The redis-cli command for the same Redis. A login is left out, because it could end up in a log. */
export function redisCli(text: string): string {
  const url = parseRedisUrl(text);
  const [node] = url?.nodes ?? [];
  if (url?.kind === 'unix') return `redis-cli -s ${url.path}${url.db === undefined ? '' : ` -n ${url.db}`}`;
  const server = `redis-cli -h ${node?.host ?? ''} -p ${node?.port ?? 6379}${url?.tls ? ' --tls' : ''}`;
  if (url?.kind === 'cluster') return `${server} -c`;
  // The master's address, as the sentinel reports it.
  if (url?.kind === 'sentinel') return `${server} sentinel get-master-addr-by-name ${url.masterName}; redis-cli`;
  return `redis-cli -u ${maskRedisUrl(text)}`;
}
