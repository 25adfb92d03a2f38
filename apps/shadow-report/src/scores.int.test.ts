import { expect, it } from '@jest/globals';
import { positionKey, STREAMS, targetKey, tickerKey } from '@quantum/redis-schemas';
import { spawnApp, useRedis, waitFor } from '@quantum/testing';
import { readLines } from './file/reader.js';
import { RecordingWriter } from './file/writer.js';
import { builtApp, run, usePaths } from './paths.test-support.js';
import type { RecordingHeader, RecordingLine } from '@quantum/shadow-evidence';

const file = useRedis({ tcp: true });
const { redis } = file;
const newPath = usePaths();
const SYMBOLS = ['AAA', 'BBB', 'CCC'];

async function putMarket(i: number): Promise<void> {
  const nowSec = Date.now() / 1000;
  for (const symbol of SYMBOLS) {
    await redis().hset(positionKey(symbol), 'position_amt', 2, 'mark_price', 100, 'ts_epoch', Math.floor(nowSec));
    await redis().hset(tickerKey(symbol), 'markPrice', 100 + Math.sin(i), 'timestamp', nowSec * 1000);
    await redis().hset(targetKey(symbol), 'target_usd', 1000, 'timestamp', nowSec);
  }
}

it('scores of the brain are recorded, given again to the byte, explained, and compared with those of P3.1', async () => {
  await putMarket(0);
  const env = { REDIS_URL: file.server.url, METRICS_PORT: '0', P31_LOOP_SEC: '0.05', BRAIN_PERIOD_SEC: '0.2' };
  const brain = spawnApp(builtApp('efficiency-brain'), env);
  const path = newPath();
  const recorder = spawnApp(builtApp('shadow-report'), {}, ['record', path, '--redis', file.server.url]);
  // The platform's own P3.1 writes to the same stream.
  await redis().xadd(STREAMS.efficiencyDecision, '*', 'symbol', 'AAA', 'efficiency_score', '0.04', 'confidence', '0.4', 'mode', 'shadow'); // prettier-ignore
  let i = 0;
  await waitFor(
    async () => {
      await putMarket((i += 1));
      return (await redis().xlen(STREAMS.efficiencyDecision)) > 200;
    },
    { what: 'scores' },
  );
  expect((await brain.stop()).code).toBe(0);
  expect((await recorder.stop()).code).toBe(0);
  const recorded = (await redis().xlen(STREAMS.efficiencyDecision)) - 1;
  expect(recorder.stdout.join()).toContain(`0 proposals, ${recorded + 1} scores, 0 plans`);

  for (const workers of ['0', '2']) {
    const { code, stdout } = await run(['replay', path, '--workers', workers]);
    expect(stdout).toContain(`IDENTICAL: ${recorded} outputs, byte for byte`);
    expect(stdout).toMatch(new RegExp(`scores +│ +${recorded} │ +${recorded} │ +0 `));
    expect(code).toBe(0);
  }

  const lines = [...readLines(path)].flat().map((line) => JSON.parse(line) as RecordingHeader | RecordingLine);
  const policy = lines.find((line) => line.kind === 'policy');
  expect(policy).toMatchObject({ step: 'score', parameters: { BRAIN_PERIOD_SEC: 0.2 } });
  const hash = policy?.kind === 'policy' ? policy.hash : '';
  const explained = await run(['explain', hash, '--redis', file.server.url]);
  expect(explained.stdout).toMatch(/of the efficiency brain’s scores[\s\S]*BRAIN_PERIOD_SEC +│ +0\.2 +│ +60 /);
  const compared = await run(['compare-scores', path]);
  expect(compared.stdout).toMatch(/AAA +│ +platform’s P3\.1 +│ +1 +│ +0\.0400/);
  expect(compared.stdout).toMatch(/CCC +│ +brain +│/);

  // One digit of one score, in the middle: every number of threads finds it.
  const changed = newPath();
  const writer = new RecordingWriter(changed, 0);
  const at = lines.findLastIndex((line) => line.kind === 'score') - 50;
  writer.write(
    lines.map((line, n) =>
      n === at && line.kind === 'score' ? { ...line, fields: line.fields.with(3, '0.123') } : line,
    ),
  );
  writer.close();
  for (const workers of ['0', '2']) {
    const { code, stdout } = await run(['replay', changed, '--workers', workers]);
    expect(stdout).toContain(`DIFFERENT: 1 of ${recorded} outputs; the first:`);
    expect(code).toBe(1);
  }
  const bare = await run(['compare-scores', changed, '--json']);
  expect(Object.keys((JSON.parse(bare.stdout) as { symbols: object }).symbols)).toEqual(SYMBOLS);
});
