import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { decidedKey, STREAMS } from '@quantum/redis-schemas';
import { addPlan, readStream, spawnApp, useRedis, waitFor } from '@quantum/testing';
import { readLines } from '../file/reader.js';
import { builtApp, FIXTURE, run, usePaths } from '../paths.test-support.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const newPath = usePaths();

type Line = Record<string, unknown>;
const linesOf = (path: string): Line[] => [...readLines(path)].flat().map((line) => JSON.parse(line) as Line);
const ofKind = (path: string, kind: string): Line[] => linesOf(path).filter((line) => line['kind'] === kind);
const argsOf = (path: string): string[] => ['record', path, '--redis', file.server.url];
const start = (path: string) => spawnApp(builtApp('shadow-report'), {}, argsOf(path));
const untilRecorded = (path: string, kind: string, count: number) =>
  waitFor(() => ofKind(path, kind).length >= count, { what: `${count} lines of ${kind}` });
async function addProposals(count: number, text = () => 'S'): Promise<void> {
  const batch = redis().pipeline();
  for (let i = 0; i < count; i += 1) batch.xadd(STREAMS.proposed, '*', 'symbol', text());
  await batch.exec();
}
const recordedIds = (path: string) => ofKind(path, 'proposal').map(({ id }) => id);
const idsInRedis = async () => (await readStream(redis(), STREAMS.proposed)).map(({ id }) => id);

describe('a decision record that is none, or of a later version,', () => {
  it('is recorded and counted, and ends neither recorder nor replay nor report', async () => {
    const path = newPath();
    const records = ['no JSON', '{}', 'null', '[]', '5', '{"v":2,"outcome":"permit"}', '{"v":1,"outcome":"refused","permit":null}'];
    for (const [i, record] of records.entries()) {
      await addPlan(redis(), { now: Date.now() / 1000, planId: `p${i}`, id: '*' });
      await redis().set(decidedKey(`p${i}`), record);
    }
    for (let round = 0; round < 2; round += 1) {
      const recorder = start(path);
      await recorder.waitForLine(/^recording \d+ s: /);
      await untilRecorded(path, 'decision', records.length);
      expect((await recorder.stop()).code).toBe(0);
      expect(recorder.stdout.join()).toContain('7 plans, 7 decisions, 0 blocks, 1 awaited, 7 unreadable records');
    }
    expect(ofKind(path, 'decision').map(({ json }) => json)).toEqual(records);
    const replay = await run(['replay', path]);
    expect(replay.stdout).toContain('7 unreadable records');
    expect(replay.stdout).toContain('UNKNOWN: 7 of 7 outputs');
    expect(replay.code).toBe(1);
    expect(await run(['replay', path, '--gate', 'burst_rate=off'])).toMatchObject({ code: 0, stderr: '' });
    const report = await run(['report', path]);
    expect(report.stdout).toMatch(/Unreadable decision records +7 +≤ 0 +FAIL\n/);
    expect(report.code).toBe(1);
  }); // prettier-ignore
});

describe('a recording', () => {
  it('has one recorder at a time: a second one ends and says why, and a killed one leaves no lock', async () => {
    const path = newPath();
    await addProposals(3);
    const first = start(path);
    await untilRecorded(path, 'proposal', 3);
    const second = start(path);
    expect((await second.exit).code).toBe(2);
    expect(second.stderr.join()).toContain('another recorder writes to it');
    await addProposals(1);
    await untilRecorded(path, 'proposal', 4);
    await first.stop('SIGKILL');
    const third = start(path);
    await addProposals(1);
    await untilRecorded(path, 'proposal', 5);
    expect((await third.stop()).code).toBe(0);
    expect(recordedIds(path)).toEqual(await idsInRedis());
  });

  it('is not locked without `flock`, which is said', async () => {
    const path = newPath();
    const recorder = spawnApp(builtApp('shadow-report'), { PATH: '/nowhere' }, argsOf(path));
    await recorder.waitForLine(/could not be locked, start no second recorder on it: spawnSync flock ENOENT/);
    await untilRecorded(path, 'header', 1);
    expect((await recorder.stop()).code).toBe(0);
  });

  it('that is damaged goes on behind the damage and keeps what is there, and its report says what is missing', async () => {
    const path = newPath();
    const ends: number[] = [];
    for (const count of [1, 2, 3]) {
      await addProposals(1);
      const recorder = start(path);
      await untilRecorded(path, 'proposal', count);
      await recorder.stop();
      ends.push(statSync(path).size);
    }
    const bytes = readFileSync(path);
    const at = (ends[1] ?? 0) - 30; // in the block of the second proposal
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    writeFileSync(path, bytes);
    await addProposals(1);
    const recorder = start(path);
    await untilRecorded(path, 'proposal', 3);
    expect((await recorder.stop()).code).toBe(0);
    expect(recorder.stdout.join()).toContain('3 proposals, 0 plans, 0 decisions, 0 blocks, 0 awaited, 1 gaps');
    const ids = await idsInRedis();
    expect(recordedIds(path)).toEqual([ids[0], ids[2], ids[3]]);
    expect(readFileSync(path).subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect((await run(['replay', path])).stdout).toMatch(/\d+ bytes in 1 places are damaged: what was recorded there/);
    const report = await run(['report', path]);
    expect(report.stdout).toMatch(/\d+ bytes in 1 places are damaged[^]*\nGaps in the recording +1 /);
  });

  const CAN_MOUNT = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;
  it.each([
    ['a file that may not grow', 'ulimit -f 8; "$@"', 'EFBIG'],
    ...(CAN_MOUNT ? [['a full disk', 'mount -t tmpfs -o size=16k none "$0" && "$@"', 'ENOSPC']] : []),
  ])('ends whole where it meets %s, says so, and goes on when there is space', async (_what, script, why) => {
    await addProposals(1500, () => randomBytes(30).toString('hex'));
    const [folder, copy] = [newPath(), newPath()];
    mkdirSync(folder);
    const path = join(folder, 'run.qrec');
    const inShell = `(${script}); code=$?; cp "$0/run.qrec" "$COPY"; exit $code`;
    const { status, stderr } = spawnSync(
      CAN_MOUNT ? 'unshare' : 'sh',
      [...(CAN_MOUNT ? ['-rm', 'sh'] : []), '-c', inShell, folder, process.execPath, builtApp('shadow-report'), ...argsOf(path)],
      { env: { PATH: process.env['PATH'], COPY: copy }, encoding: 'utf8' },
    );
    expect(stderr).toMatch(new RegExp(`Could not run: .*run\\.qrec: ${why}.*It is whole up to \\d+ bytes`));
    expect(status).toBe(2);
    const end = { wholeBytes: 0, tornBytes: 0 };
    expect([...readLines(copy, end)].flat().length).toBeGreaterThan(0);
    expect(end.tornBytes).toBe(0);
    const recorder = start(copy);
    await untilRecorded(copy, 'proposal', 1500);
    expect((await recorder.stop()).code).toBe(0);
    expect(recordedIds(copy)).toEqual(await idsInRedis());
    expect(ofKind(copy, 'damage')).toEqual([]);
  }); // prettier-ignore
});

describe('an unexpected error', () => {
  it('is no verdict: it ends with 2', async () => {
    const code = readFileSync(builtApp('shadow-report'), 'utf8');
    const original = '(1 - score)';
    expect(code.split(original)).toHaveLength(2);
    const mainJs = newPath();
    writeFileSync(mainJs, code.replace(original, '(() => { throw new TypeError("planted"); })()'));
    const { code: exitCode, stderr } = await run(['replay', FIXTURE], mainJs);
    expect(stderr).toContain('TypeError: planted');
    expect(exitCode).toBe(2);
  });
});
