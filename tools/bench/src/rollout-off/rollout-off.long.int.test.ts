import { expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { spawnApp } from '@quantum/testing';

const PROGRAM = resolve(__dirname, '../../../../dist/tools/bench/main.js');

it('measures how long it takes until no reader is enforced, by breach, rollback, kill and kill -9', async () => {
  const bench = spawnApp(PROGRAM, {}, ['rollout', '--runs', '2', '--deaths', '1', '--no-page']);
  const { code } = await bench.exit;
  expect([code, bench.stderr]).toEqual([0, []]);
  const rows = bench.stdout.filter((line) => /^\| \S.*\d \|$/.test(line)).map((line) => line.split(' | '));
  expect(rows.map(([cause = '', runs]) => `${cause} ${runs}`)).toEqual([
    '| breach of a guard 2', '| command rollback 2', '| kill 2', '| kill -9 of every process 1',
  ]); // prettier-ignore
  for (const [, , ...times] of rows) for (const sec of times) expect(Number.parseFloat(sec)).toBeGreaterThanOrEqual(0);
});
