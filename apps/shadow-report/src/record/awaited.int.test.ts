import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from '@quantum/redis-io';
import { openRedis } from '@quantum/service-kit';
import { blockKey, decidedKey, STREAMS } from '@quantum/redis-schemas';
import type { RecordingLine } from '@quantum/shadow-evidence';
import { addPlan, spawnApp, useRedis, waitFor } from '@quantum/testing';
import { readLines } from '../file/reader.js';
import { builtApp, run, usePaths } from '../paths.test-support.js';
import { poll } from './poll.js';
import { RecordingState } from './state.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const newPath = usePaths();
let connection: Redis;
beforeAll(async () => {
  connection = await openRedis(file.server.url, {}, 'test');
});
afterAll(() => {
  connection.disconnect();
});

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const STREAM_NAMES = { proposals: STREAMS.proposed, plans: STREAMS.plans };
const NOW = Math.floor(Date.now() / 1000);

const planAt = (planId: string, sec: number) =>
  addPlan(redis(), { now: sec, planId, id: `${Math.round(sec * 1000)}-*` });
const refusedAt = (planId: string, sec: number) =>
  redis().set(decidedKey(planId), JSON.stringify({ outcome: 'refused', decided_at: sec }));

const kindsOf = (path: string): unknown[] =>
  [...readLines(path)].flat().map((line) => (JSON.parse(line) as RecordingLine).kind);

/** What polls at a time say of what never came, until nothing is awaited that can still come. */
async function polls(state: RecordingState, nowSec: number, ttlSec = DAY): Promise<string[]> {
  const said: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    const { lines } = await poll(connection, STREAM_NAMES, state, nowSec * 1000, ttlSec);
    for (const line of lines) state.take(line, nowSec * 1000);
    said.push(...lines.flatMap(toldOf));
  }
  return said.sort();
}
const toldOf = (line: RecordingLine): string[] =>
  line.kind === 'unanswered' || line.kind === 'expired' ? [`${line.plan_id} ${line.what} ${line.kind}`] : [];

describe('what never came of a plan', () => {
  it('is unanswered where it must be there, and expired where it may have gone before it was asked for', async () => {
    await planAt('undecided-30h', NOW - 30 * HOUR);
    await planAt('refused-2h', NOW - 2 * HOUR);
    await planAt('undecided-2h', NOW - 2 * HOUR);
    await planAt('refused-30m', NOW - 30 * MINUTE);
    await planAt('refused-late', NOW - 30 * MINUTE);
    await planAt('again', NOW - MINUTE);
    await planAt('undecided-1m', NOW - MINUTE);
    await refusedAt('refused-2h', NOW - 2 * HOUR);
    await refusedAt('refused-30m', NOW - 30 * MINUTE);
    await refusedAt('refused-late', NOW - MINUTE); // the governor was away for half an hour
    await refusedAt('again', NOW - 3 * HOUR); // published a second time
    const state = new RecordingState();
    expect(await polls(state, NOW)).toEqual([
      'again block expired',
      'refused-2h block expired',
      'refused-30m block unanswered',
      'undecided-2h decision unanswered',
      'undecided-30h decision expired',
    ]);
    expect([...state.awaited.keys()].sort()).toEqual(['refused-late', 'undecided-1m']);
    expect(await polls(state, NOW + 20 * MINUTE)).toEqual([
      'refused-late block unanswered',
      'undecided-1m decision unanswered',
    ]);
  });

  it('is awaited from now on where its id is ahead of the clock', async () => {
    await planAt('ahead', NOW + 30 * DAY);
    const state = new RecordingState();
    expect(await polls(state, NOW)).toEqual([]);
    expect(await polls(state, NOW + 20 * MINUTE)).toEqual(['ahead decision unanswered']);
    expect(state.awaited.size).toBe(0);
  });

  it('is judged by how long the decision records of this governor live', async () => {
    await planAt('p', NOW - 30 * HOUR);
    expect(await polls(new RecordingState(), NOW, 2 * DAY)).toEqual(['p decision unanswered']);
    expect(await polls(new RecordingState(), NOW, DAY)).toEqual(['p decision expired']);
  });

  it('during a pause of the recorder is expired, and what is still there is recorded', async () => {
    for (const planId of ['gone', 'there', 'undecided']) await planAt(planId, NOW);
    const state = new RecordingState();
    for (const planId of ['gone', 'there']) await refusedAt(planId, NOW);
    expect(await polls(state, NOW)).toEqual([]);
    await redis().set(blockKey('there'), '{}');
    expect(await polls(state, NOW + 2 * HOUR)).toEqual(['gone block expired', 'undecided decision unanswered']);
    expect(state.counts).toMatchObject({ decision: 2, block: 1 });
    expect(state.awaited.size).toBe(0);
  });

  it('is awaited for a bounded time, whatever time a record says', async () => {
    await planAt('p', NOW);
    await refusedAt('p', 1e15);
    const state = new RecordingState();
    expect(await polls(state, NOW)).toEqual([]);
    expect(await polls(state, NOW + 2 * DAY)).toEqual(['p block expired']);
  });

  it('is unanswered where its key cannot be read: of another type, or without the permission', async () => {
    for (const planId of ['no-text', 'no-permission']) await planAt(planId, NOW);
    await redis().lpush(decidedKey('no-text'), 'x');
    await refusedAt('no-permission', NOW);
    await redis().set(blockKey('no-permission'), '{}');
    await redis().acl('SETUSER', 'default', 'resetkeys', '%R~quantum:stream:*', '%R~quantum:governor:decided:*');
    try {
      const state = new RecordingState();
      expect(await polls(state, NOW)).toEqual([]);
      expect(await polls(state, NOW + 20 * MINUTE)).toEqual([
        'no-permission block unanswered',
        'no-text decision unanswered',
      ]);
      expect(state.awaited.size).toBe(0);
    } finally {
      await redis().acl('SETUSER', 'default', 'allkeys');
    }
  });

  it('does not fail a recording that begins on a running system: it is said', async () => {
    await planAt('p0', NOW - 30 * HOUR);
    await planAt('p1', NOW - 2 * HOUR);
    await refusedAt('p1', NOW - 2 * HOUR);
    const path = newPath();
    const recorder = spawnApp(builtApp('shadow-report'), {}, ['record', path, '--redis', file.server.url]);
    await waitFor(() => kindsOf(path).filter((kind) => kind === 'expired').length === 2, { what: 'both to be said' });
    expect((await recorder.stop()).code).toBe(0);
    expect(recorder.stdout.join()).toMatch(/1 decisions, 0 blocks, 0 awaited, 2 too old to be asked for/);
    const { stdout } = await run(['report', path]);
    expect(stdout).toMatch(/Plans without a decision or block +0 +2 plans\n +2 more were asked for too late/);
  });
});
