import { EventEmitter } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createProposerMetrics } from '@quantum/metrics';
import { proposerDefinition } from '@quantum/service-config';
import { ConfigError, createLogger, loadConfig } from '@quantum/service-kit';
import { createPolicySource, inForce, loadPolicy, proposalStep, type PolicySource } from './index.js';

const step = proposalStep(loadConfig(proposerDefinition, {}).config);
const scaled = (scale: number | string) => JSON.stringify({ version: 1, symbols: { BTCUSDT: { P31_SCALE: scale } } });
const BAD = scaled('much');

let dir: string;
let file: string;
const stops: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'policy-'));
  file = join(dir, 'policy.json');
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  rmSync(dir, { recursive: true });
});

function start(path: string | undefined = file) {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const { registry, ...metrics } = createProposerMetrics({ maxSymbols: 1 });
  const source = createPolicySource({ file: path, step, logger, metrics, pollMs: 20 });
  stops.push(source.stop);
  return {
    source,
    lines,
    counts: async () =>
      (await registry.metrics()).split('\n').flatMap((line) => /^p31_policy_(.*)/.exec(line)?.[1] ?? []),
  };
}

const scaleOf = (source: PolicySource<{ scale: number }>) => source.current().of('BTCUSDT').parameters.scale;
/** Resolves at the next policy that comes into force. */
const changed = (source: PolicySource<object>) => new Promise((resolve) => { source.onReload(resolve); }); // prettier-ignore
/** Resolves at the next line of the log. */
async function logged(lines: string[]): Promise<string> {
  const before = lines.length;
  while (lines.length === before) await new Promise((resolve) => setImmediate(resolve));
  return lines.at(-1) ?? '';
}

describe('at the start', () => {
  it('a refused file is a configuration error with every violation', () => {
    writeFileSync(file, JSON.stringify({ version: 1, defaults: { P31_SCALE: 'x', P31_MIN_MULT: -1 } }));
    expect(() => loadPolicy(file, step)).toThrow(ConfigError);
    expect(() => loadPolicy(file, step)).toThrow(
      `P31_POLICY_FILE ${file}: defaults: P31_SCALE="x" is not allowed, must be a number\n` +
        `  P31_POLICY_FILE ${file}: defaults: P31_MIN_MULT=-1 is not allowed, must be a number >= 0`,
    );
    expect(() => start(join(dir, 'none.json'))).toThrow(/none\.json: cannot be read: ENOENT/);
  });

  it('a long value is quoted in part', () => {
    writeFileSync(file, JSON.stringify({ version: 1, defaults: { P31_SCALE: 'x'.repeat(100_000) } }));
    expect(() => loadPolicy(file, step)).toThrow(/defaults: P31_SCALE="x{200,300}\.\.\.$/);
  });

  it('contradictions count', () => {
    writeFileSync(file, JSON.stringify({ version: 1, symbols: { A: { P31_MIN_MULT: 2 } } }));
    expect(() => loadPolicy(file, step)).toThrow(
      'symbols "A": P31_MIN_MULT=2, P31_MAX_MULT=1.5: P31_MIN_MULT must not',
    );
  });

  it('without a file only the environment counts', () => {
    expect(loadPolicy(undefined, step).all()).toHaveLength(1);
  });
});

describe('a change of the file', () => {
  it('makes anew what was made of the policy; a refused file does not', () => {
    writeFileSync(file, scaled(0.8));
    const { source } = start();
    let made = 0;
    const scale = inForce(source, (book) => ({ scale: book.of('BTCUSDT').parameters.scale, made: ++made }));
    expect([scale(), scale()]).toEqual([{ scale: 0.8, made: 1 }, { scale: 0.8, made: 1 }]); // prettier-ignore
    for (const text of [scaled(0.7), BAD]) {
      writeFileSync(file, text);
      source.reload();
      expect(scale()).toEqual({ scale: 0.7, made: 2 });
    }
  });

  it.each([
    ['rewritten', (text: string) => { writeFileSync(file, text); }],
    ['replaced by another', (text: string) => { writeFileSync(`${file}.new`, text); renameSync(`${file}.new`, file); }],
  ])('%s comes into force', async (_how, write) => {
    writeFileSync(file, scaled(0.8));
    const { source, counts } = start();
    expect(scaleOf(source)).toBe(0.8);
    const before = source.current();
    const reloaded = changed(source);
    write(scaled(0.7));
    expect(await reloaded).toBe(source.current());
    expect([scaleOf(source), before.of('BTCUSDT').parameters.scale]).toEqual([0.7, 0.8]);
    expect(await counts()).toEqual(['reload_total{result="accepted"} 1', 'reload_total{result="refused"} 0', 'file_ok 1']);
  }); // prettier-ignore

  it('to an invalid one keeps the policy, logs why once, and ends with the repair', async () => {
    writeFileSync(file, scaled(0.8));
    const { source, lines, counts } = start();
    const listener = jest.fn();
    source.onReload(listener);
    writeFileSync(file, BAD);
    const line = JSON.parse(await logged(lines)) as object;
    expect(line).toMatchObject({
      level: 'error',
      file,
      violations: [`P31_POLICY_FILE ${file}: symbols "BTCUSDT": P31_SCALE="much" is not allowed, must be a number`],
    });
    expect(scaleOf(source)).toBe(0.8);
    expect(listener).not.toHaveBeenCalled();
    expect(await counts()).toEqual(['reload_total{result="accepted"} 0', 'reload_total{result="refused"} 1', 'file_ok 0']);

    const repaired = changed(source);
    writeFileSync(file, scaled(0.9));
    await repaired;
    expect(scaleOf(source)).toBe(0.9);
    expect(await counts()).toEqual(['reload_total{result="accepted"} 1', 'reload_total{result="refused"} 1', 'file_ok 1']);
  }); // prettier-ignore

  it('that removes it keeps the policy until there is a file again', async () => {
    writeFileSync(file, scaled(0.8));
    const { source, lines, counts } = start();
    rmSync(file);
    expect(await logged(lines)).toContain('cannot be read: ENOENT');
    expect([scaleOf(source), (await counts()).at(-1)]).toEqual([0.8, 'file_ok 0']);
    const back = changed(source);
    writeFileSync(file, scaled(0.6));
    await back;
    expect([scaleOf(source), (await counts()).at(-1)]).toEqual([0.6, 'file_ok 1']);
  });
});

/** To jest's copy of the process. Its own `emit` may be a wrapper from outside, which reaches the real process. */
const hangUp = (): boolean => EventEmitter.prototype.emit.call(process, 'SIGHUP');

describe('SIGHUP', () => {
  it('reads the file again', () => {
    writeFileSync(file, scaled(0.8));
    const { source, lines } = start();
    writeFileSync(file, scaled(0.7));
    hangUp();
    expect([scaleOf(source), lines]).toEqual([0.7, [expect.stringContaining('was read again')]]);
  });

  it('without a file only logs it, and no longer ends the process', () => {
    const none = createPolicySource({
      file: undefined,
      step,
      logger: createLogger({ name: 'test', level: 'silent' }),
      metrics: createProposerMetrics({ maxSymbols: 1 }),
    });
    const before = none.current();
    expect(process.listenerCount('SIGHUP')).toBe(1);
    hangUp();
    expect(none.current()).toBe(before);
    none.stop();
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });
});
