import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { builtApp, FIXTURE, FIXTURE_V2, FIXTURE_V3, FIXTURE_V4, run, usePaths } from '../paths.test-support.js';
import { RecordingWriter } from '../file/writer.js';
import { readLines } from '../file/reader.js';

const newPath = usePaths();

describe('replay', () => {
  it.each([
    [1, FIXTURE, 'IDENTICAL: 288 outputs'],
    [2, FIXTURE_V2, 'IDENTICAL: 408 outputs'],
    [3, FIXTURE_V3, 'IDENTICAL: 159 outputs'],
    [4, FIXTURE_V4, 'IDENTICAL: 131 outputs'],
  ])('gives a recording of version %i again, to the byte', async (_version, path, verdict) => {
    const { code, stdout } = await run(['replay', path]);
    expect(stdout).toContain(verdict);
    expect(code).toBe(0);
  });

  it('says what another policy would have changed', async () => {
    const policy = newPath();
    writeFileSync(policy, '{"P31_SCALE": 0, "P31_DOWNSIZE_THRESHOLD": 0.9}');
    const { code, stdout } = await run(['replay', FIXTURE, '--policy', policy]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ all +│ +270 │ +207 │ +\d\.\d{4} -> 1\.0000 │/);
  });

  it('says what other limits and modes would have changed, and of which plans it cannot be said', async () => {
    const same = await run(['replay', FIXTURE]);
    expect(same.stdout).toMatch(/\d+ decisions of an earlier version name no limits: decided again by those of the/);
    const free = ['--limit', 'GOV_MAX_EXEC_PER_5MIN=1000', '--limit', 'GOV_MAX_EXEC_PER_HOUR=1000'];
    const { code, stdout } = await run(['replay', FIXTURE, ...free, '--gate', 'symbol_cooldown=off']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ (symbol_cooldown|hourly_rate|burst_rate) +│ +[1-9]\d* -> 0 │/);
    expect(stdout).toContain('judged on the windows that it met');
    const further = await run(['replay', FIXTURE, '--gate', 'kill_score=off']);
    expect(further.stdout).toMatch(/│ all +│ +\d+ │ +\d+ │ +[1-9]\d* │/); // symbol, n, changed, unknown
  });

  it.each([
    [['--limit', 'GOV_MAX_EXEC_PER_HOUR=x'], "'x' is not allowed"],
    [['--limit', 'GOV_MAX_EXEC_PER_HOUR='], 'like NAME=VALUE'],
    [['--gate', 'burst_rate'], 'like NAME=VALUE'],
    [['--gate', 'burst_rates=off'], 'no gate'],
  ])('refuses %j', async (args, why) => {
    const { code, stderr } = await run(['replay', FIXTURE, ...args]);
    expect(stderr).toContain(why);
    expect(code).toBe(2);
  });

  it.each([
    ['{"P31_SCALES": 1}', 'no variables of a policy: P31_SCALES'],
    ['{"REDIS_URL": "redis://x"}', 'no variables of a policy: REDIS_URL'],
    ['{"P31_MIN_MULT": 2}', 'P31_MIN_MULT must not exceed P31_MAX_MULT'],
    ['{"P31_BUDGET": "cap"}', 'budgets keep the scale that was recorded'],
    ['[]', 'must hold an object of variables'],
    ['{', 'JSON'],
  ])('refuses the policy %s', async (text, why) => {
    const policy = newPath();
    writeFileSync(policy, text);
    const { code, stderr } = await run(['replay', FIXTURE, '--policy', policy]);
    expect(stderr).toContain(why);
    expect(code).toBe(2);
  });

  it('says what a policy by symbol would have changed, over the variables that were in force', async () => {
    const file = newPath();
    writeFileSync(file, '{"version": 1, "defaults": {"P31_SCALE": 0}}');
    const { code, stdout } = await run(['replay', FIXTURE, '--policy-file', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ all +│ +270 │ +207 │ +\d\.\d{4} -> 1\.0000 │/);
    writeFileSync(file, '{"version": 1, "symbols": {"A": {"P31_MIN_MULT": 2}}}');
    const refused = await run(['replay', FIXTURE, '--policy-file', file]);
    expect(refused.stderr).toContain('symbols "A": P31_MIN_MULT=2, P31_MAX_MULT=1.5: P31_MIN_MULT must not exceed');
    expect(refused.code).toBe(2);
  });

  it('says what it left out: entries of no recorded symbol, what cannot be read, and damage', async () => {
    const [header, ...lines] = [...readLines(FIXTURE)].flat().map((line) => JSON.parse(line) as { kind: string });
    const path = newPath();
    const writer = new RecordingWriter(path, 0);
    writer.write([header!, ...lines.slice(0, 50)]);
    const end = writer.bytes;
    writer.write(lines.slice(50, 100));
    writer.write([{ kind: 'proposal', id: '1-0', fields: ['a', 'b'] }, ...lines.slice(100)]);
    writer.close();
    const bytes = readFileSync(path);
    bytes[end + 100] = 255 - (bytes[end + 100] ?? 0);
    writeFileSync(path, bytes);
    const file = newPath();
    const groups = [{ pattern: 'XRP*', parameters: { P31_DOWNSIZE_THRESHOLD: 0.3 } }];
    writeFileSync(
      file,
      JSON.stringify({ version: 1, groups, symbols: { AAAUSD: { P31_SCALE: 0.2 }, AAAUSDT: { P31_SCALE: 0.3 } } }),
    );
    const { code, stdout } = await run(['replay', path, '--policy-file', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('no output of a symbol of: symbols "AAAUSD", groups[0] "XRP*".');
    expect(stdout).toContain('Left out: 1 proposals and decision records that cannot be read.');
    expect(stdout).toMatch(/bytes in 1 places are damaged/);
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
