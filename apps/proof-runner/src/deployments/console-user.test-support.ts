import { KEY_TABLE, permitKey, STREAMS, targetKey } from '@quantum/redis-schemas';

type Words = readonly (string | number)[];

const EVALSHA = ['evalsha', 'a'.repeat(40)] as const;

/** Commands that read a key, by its type. */
const READING: Readonly<Record<(typeof KEY_TABLE)[number]['type'], (key: string) => Words[]>> = {
  string: (key) => [
    ['get', key],
    ['getrange', key, 0, 9],
    ['mget', key],
  ],
  hash: (key) => [
    ['hgetall', key],
    ['hmget', key, 'a'],
  ],
  'sorted set': (key) => [
    ['zcard', key],
    ['zcount', key, 0, '+inf'],
    ['zrange', key, 0, -1, 'WITHSCORES'],
  ],
  stream: (key) => [
    ['xlen', key],
    ['xrange', key, '(0-0', '+', 'COUNT', 16],
    ['xrevrange', key, '+', '-', 'COUNT', 1],
    ['xread', 'COUNT', 1, 'BLOCK', 1, 'STREAMS', key, '$'],
    ['xinfo', 'STREAM', key],
    ['xinfo', 'GROUPS', key],
    ['xinfo', 'CONSUMERS', key, 'g'],
  ],
};

/**
 * The console reads every key of the contract, and nothing else. Pages of streams it reads by scripts that cannot
 * write.
 */
export const ALLOWED_TO_CONSOLE: readonly Words[] = [
  ['time'],
  ['scan', 0, 'MATCH', 'quantum:allocation:target:*', 'COUNT', 1000],
  ...KEY_TABLE.flatMap(({ key, type }): Words[] => [
    ['exists', key],
    ['type', key],
    ['pttl', key],
    ['eval_ro', 'return 1', 1, key],
    ['evalsha_ro', EVALSHA[1], 1, key],
    ...READING[type](key),
  ]),
];

/** What the console may not do either: add to a stream, take part in a group, consume a permit, run a script. */
export const DENIED_TO_CONSOLE: readonly Words[] = [
  ...KEY_TABLE.filter(({ type }) => type === 'stream').flatMap(({ key }): Words[] => [
    ['xadd', key, '*', 'a', 'b'],
    ['xdel', key, '1-0'],
    ['xtrim', key, 'MAXLEN', 0],
    ['xgroup', 'create', key, 'g', 0],
    ['xreadgroup', 'GROUP', 'g', 'c', 'STREAMS', key, '>'],
    ['xack', key, 'g', '1-0'],
  ]),
  ['getdel', permitKey('p')],
  ['getex', permitKey('p'), 'EX', 1],
  ['eval', 'return 1', 1, targetKey('S')],
  [...EVALSHA, 1, STREAMS.plans],
  ['publish', 'channel', 'x'],
];
