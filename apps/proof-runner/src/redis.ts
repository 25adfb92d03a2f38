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
