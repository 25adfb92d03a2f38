import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parseShadowHours } from '@quantum/rollout-lint';
import type { RecordingLine } from '@quantum/shadow-evidence';
import { RecordingWriter } from '../file/writer.js';
import { run, usePaths } from '../paths.test-support.js';
import { proposalsOf, START_SEC } from '../runs.test-support.js';

const PLAN = join(__dirname, '..', '..', '..', '..', 'deploy', 'policy', 'rollout-plan.example.json');
const newPath = usePaths();
/** 14:11 to 16:11 UTC. */
const shadow = { cycles: 720, everySec: 10 };

function writeRecording(change: (line: RecordingLine, at: number) => RecordingLine = (line) => line): string {
  const path = newPath();
  const writer = new RecordingWriter(path, 0);
  const streams = { proposals: 'p', plans: 'q' };
  writer.write([{ kind: 'header', v: 4, started_at: START_SEC, streams, policy: { proposer: {}, governor: {} } }]);
  writer.write(proposalsOf(shadow).map(change));
  writer.close();
  return path;
}

function writePrices(): string {
  const path = newPath();
  const rows = Array.from({ length: 125 }, (_, i) => `${START_SEC - 120 + 60 * i},${100 + 0.1 * i},${10 + 0.01 * (i % 7)},1`);
  writeFileSync(path, `ts_epoch,BTCUSDT,ETHUSDT,SOLUSDT\n${rows.join('\n')}\n`);
  return path;
} // prettier-ignore

it('prints the whole hours of a recording, for each stage of a plan', async () => {
  const { code, stdout } = await run(['hours', writeRecording(), '--plan', PLAN, '--prices', writePrices()]);
  expect(code).toBe(0);
  const parsed = parseShadowHours(stdout);
  if (!('hours' in parsed)) throw new Error(parsed.problem);
  const known = parsed.hours.filter(({ advantageBps }) => advantageBps !== undefined);
  expect(known.map(({ hourSec, stage }) => [new Date(1000 * hourSec).toISOString().slice(11, 16), stage])).toEqual([
    ['15:00', 'pilot'],
    ['15:00', 'half'],
    ['15:00', 'full'],
  ]);
});

it('says where the file is damaged or cut off, and so does the comparison of scores', async () => {
  const path = writeRecording();
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = 255 - (bytes[middle] ?? 0);
  writeFileSync(path, bytes.subarray(0, -10));
  const said = [
    await run(['hours', path, '--plan', PLAN, '--prices', writePrices()]),
    await run(['compare-scores', path]),
  ];
  for (const { code, stderr } of said) {
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/bytes in 1 places are damaged[^]*bytes are no whole write/),
    ]);
  }
});

it('says how many positions it takes as long for want of a side', async () => {
  const path = writeRecording((line, at) =>
    line.kind === 'proposal' && at < 3 ? { kind: line.kind, id: line.id, fields: line.fields } : line,
  );
  const prices = writePrices();
  expect((await run(['hours', path, '--plan', PLAN, '--prices', prices])).stderr).toBe(
    '3 of 2,160 proposals have no recorded side: their positions count as long',
  );
  expect((await run(['hours', writeRecording(), '--plan', PLAN, '--prices', prices])).stderr).toBe('');
});

it('names each violation of a plan, and a file that is not there', async () => {
  const [recording, prices, path] = [writeRecording(), writePrices(), newPath()];
  const missing = await run(['hours', recording, '--plan', path, '--prices', prices]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('no such file')]);
  writeFileSync(path, '{"version": 2}');
  const { code, stderr } = await run(['hours', recording, '--plan', path, '--prices', prices]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('version=2: must be 1')]);
});
