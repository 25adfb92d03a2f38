import { expect, it } from '@jest/globals';
import { createLogger } from '@quantum/service-kit';
import { RefusedWrites } from './refused-writes.js';

const refused = (...keys: string[]) => keys.map((key) => ({ key, message: 'WRONGTYPE' }));

it('logs when refusals begin, once a minute with the latest, and when they end, by shard', () => {
  let nowMs = 0;
  const lines: { msg: string; shard: number; count?: number }[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]);
  const log = new RefusedWrites(createLogger({ name: 'test', destination: { write } }), () => nowMs);
  log.cycleEnded(0, []);
  for (nowMs = 0; nowMs < 120_000; nowMs += 10_000) log.cycleEnded(0, refused('a', ...(nowMs > 0 ? ['b'] : [])));
  log.cycleEnded(1, refused('c', 'd', 'e'));
  for (let i = 0; i < 2; i++) log.cycleEnded(0, []);
  log.cycleEnded(0, refused('a')); // begins again
  expect(lines.map(({ msg, shard, count }) => [msg, shard, count])).toEqual([
    ['Redis refused writes', 0, 1],
    ['Redis refused writes', 0, 2],
    ['Redis refused writes', 1, 3],
    ['Redis refuses no writes any more', 0, undefined],
    ['Redis refused writes', 0, 1],
  ]);
});
