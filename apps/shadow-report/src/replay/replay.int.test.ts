import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { builtApp, FIXTURE, run, usePaths } from '../paths.test-support.js';
import { RecordingWriter } from '../file/writer.js';
import { readLines } from '../file/reader.js';

const newPath = usePaths();

describe('replay', () => {
  it('gives a recording of version 1 again, to the byte', async () => {
    const { code, stdout } = await run(['replay', FIXTURE]);
    expect(stdout).toContain('IDENTICAL');
    expect(code).toBe(0);
  });

  it.each([
    ['score - 0.5', 'score - 0.6'],
    ['confidence < policy.minConfidence', 'confidence > policy.minConfidence'],
    ['score / policy.downsizeThreshold', 'score * policy.downsizeThreshold'],
    ['(1 - score)', '(2 - score)'],
    ['score >= killScoreCritical', 'score <= killScoreCritical'],
    ['ageSec < symbolCooldownSec', 'ageSec > symbolCooldownSec'],
  ])('finds a policy in which "%s" has become "%s"', async (original, planted) => {
    const code = readFileSync(builtApp('shadow-report'), 'utf8');
    expect(code.split(original)).toHaveLength(2);
    const mainJs = newPath();
    writeFileSync(mainJs, code.replace(original, planted));
    const result = await run(['replay', FIXTURE], mainJs);
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(
      /DIFFERENT: \d+ of \d+ outputs; the first:\n {2}(proposal|decision) \S+\n {4}recorded /,
    );
  });

  it('says what another policy would have changed', async () => {
    const policy = newPath();
    writeFileSync(policy, '{"P31_SCALE": 0, "P31_DOWNSIZE_THRESHOLD": 0.9}');
    const { code, stdout } = await run(['replay', FIXTURE, '--policy', policy]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ all +│ +270 │ +207 │ +\d\.\d{4} -> 1\.0000 │/);
  });

  it.each([
    ['{"P31_SCALES": 1}', 'no variables of a policy: P31_SCALES'],
    ['{"REDIS_URL": "redis://x"}', 'no variables of a policy: REDIS_URL'],
    ['{"P31_MIN_MULT": 2}', 'P31_MIN_MULT must not exceed P31_MAX_MULT'],
    ['[]', 'must hold an object of variables'],
    ['{', 'JSON'],
  ])('refuses the policy %s', async (text, why) => {
    const policy = newPath();
    writeFileSync(policy, text);
    const { code, stderr } = await run(['replay', FIXTURE, '--policy', policy]);
    expect(stderr).toContain(why);
    expect(code).toBe(2);
  });

  it('refuses what is no recording, or not there', async () => {
    expect(await run(['replay', builtApp('shadow-report')])).toMatchObject({ code: 2 });
    expect((await run(['replay', newPath()])).stderr).toContain('ENOENT');
  });

  it('needs no memory that grows with the recording', () => {
    const path = newPath();
    const [header, ...lines] = [...readLines(FIXTURE)].flat().map((line) => JSON.parse(line) as { kind: string });
    const proposals = lines.filter(({ kind }) => kind === 'proposal');
    const writer = new RecordingWriter(path, 0);
    writer.write([header ?? {}]);
    for (let written = 0; written < 300_000; written += proposals.length) writer.write(proposals);
    writer.close();
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--max-old-space-size=24', builtApp('shadow-report'), 'replay', path],
      { encoding: 'utf8' },
    );
    expect(stdout).toContain('IDENTICAL: 300,');
    expect(status).toBe(0);
  });
});
