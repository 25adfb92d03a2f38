import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { startProxy, type Proxy } from './bed/proxy.js';
import type { GovernorFindingKind } from './governor/check.js';
import { killScenario } from './governor/kills.js';
import type { Sabotage } from './governor/sabotage.js';
import { seeded } from './random.js';

const SEED = 7;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const play = (kills: number, sabotage?: Sabotage) =>
  killScenario(sabotage).run({
    random: seeded(SEED),
    appsFolder: resolve(__dirname, '../../../dist/apps'),
    folder,
    kills,
    minutes: 0,
  });

it('finds nothing wrong with governors that are killed', async () => {
  const { findings, numbers } = await play(3);
  expect(findings).toEqual([]);
  expect(numbers).toMatchObject({ kills: 3 });
}, 60_000);

it.each<[Sabotage, GovernorFindingKind]>([
  ['ack', 'undecided'],
  ['grant', 'permit_without_record'],
  ['regrant', 'consumed_twice'],
  ['forget', 'limit_exceeded'],
  ['undecide', 'contradicting_event'],
  ['silence', 'block_missing'],
])('finds a governor that sabotages by %s', async (sabotage, kind) => {
  const { findings } = await play(3, sabotage);
  expect(findings.map((finding) => finding.kind)).toContain(kind);
}, 60_000); // prettier-ignore

it('keeps the order of what it delays, and cuts where it is told to', async () => {
  const redis: PrivateRedis = await startPrivateRedis();
  const proxy: Proxy = await startProxy(redis.socketPath);
  const random = seeded(SEED);
  proxy.trouble = { delayMs: () => random.between(0, 5) };
  const socket = createConnection(proxy.port, '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
  const wanted = Array.from({ length: 200 }, (_, i) => `+${i}\r\n`);
  // One write a command, so that each is a chunk of its own on the way.
  for (const [i] of wanted.entries()) {
    socket.write(`EVAL "return {ok='${i}'}" 0\r\n`);
    await new Promise(setImmediate);
  }
  while (!answers.endsWith(wanted.at(-1) ?? '')) await once(socket, 'data');
  expect(answers).toBe(wanted.join(''));

  proxy.trouble = { cutAfterBytes: () => 3 };
  socket.write('PING\r\n');
  await once(socket, 'close');
  expect(proxy.cuts).toBe(1);
  await proxy.close();
  await redis.stop();
});
