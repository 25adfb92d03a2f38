import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { fieldsOf } from '@quantum/redis-schemas';
import { vectorFiles } from './index.js';
import type { ScoreGiven } from './vectors/scores.js';

const SCORES = join(__dirname, '..', 'scores.py');
const folder = mkdtempSync(join(tmpdir(), 'quantum-scores-'));
const hasPython = spawnSync('python3', ['--version']).status === 0;

interface ScoreCase {
  name: string;
  config?: Record<string, string>;
  given: ScoreGiven;
  expect: Record<string, string>;
}
type Entry = [id: string, flat: string[]];

const { cases } = JSON.parse(vectorFiles()['docs/vectors/scores.json'] ?? '') as { cases: ScoreCase[] };
/**
 * The cases of a chain as `redis-cli --json XRANGE` prints the entries of a symbol. `carriesState`: also those
 * that close no period.
 */
const entriesOf = (chain: string, carriesState = false): Entry[] =>
  cases
    .filter(({ name }) => new RegExp(`^${chain}, \\d+$`).test(name))
    .map(({ given, expect: answer }, i) => {
      const { closed, state, ...inputs } = given;
      const texts = {
        closed: closed ? JSON.stringify(closed) : '',
        state: (closed || carriesState) && state ? JSON.stringify(state) : '',
      };
      return [`${i}-0`, Object.entries({ ...answer, symbol: chain, version: 'brain_v1', ...inputs, ...texts }).flat()];
    });
const config = Object.entries(cases.find(({ name }) => name === 'random, 1')?.config ?? {}).map((each) =>
  each.join('='),
);

function run(entries: readonly Entry[], ...settings: string[]): { code: number | null; out: string } {
  const file = join(folder, 'entries.json');
  writeFileSync(file, JSON.stringify(entries));
  const { status, stdout, stderr } = spawnSync('python3', ['-I', SCORES, file, ...settings], { encoding: 'utf8' });
  return { code: status, out: stdout + stderr };
}

const described = hasPython ? describe : describe.skip;
described(hasPython ? 'scores.py' : 'SKIPPED, as there is no python3 here: scores.py', () => {
  const entries = [...entriesOf('random'), ...entriesOf('a gain, a loss')];
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('recomputes every entry of the decision stream, also those that close no period', () => {
    const out = `scores: ${entries.length} entries recomputed, 0 different, 0 before the first known state\n`;
    expect(run(entries, ...config)).toEqual({ code: 0, out });
    expect(entries.length).toBeGreaterThan(60);
  });

  it('begins where the recording begins', () => {
    const cut = entriesOf('a gain, a loss').slice(3);
    expect(run([...cut, ...entriesOf('random').slice(30)], ...config)).toEqual({
      code: 0,
      out: expect.stringMatching(/^scores: \d+ entries recomputed, 0 different, 1 before/) as unknown,
    });
  });

  it('goes on from a state that an entry carries, where those before it are lost', () => {
    const all = entriesOf('a gain, a loss', true);
    expect(fieldsOf(all.at(-1)?.[1] ?? [])['closed']).toBe('');
    for (const kept of [all.toSpliced(-2, 1), all.slice(-1)]) {
      const out = `scores: ${kept.length} entries recomputed, 0 different, 0 before the first known state\n`;
      expect(run(kept, ...config)).toEqual({ code: 0, out });
    }
  });

  it('names an entry whose score differs by more than the last digits', () => {
    const changed = (by: number): Entry[] =>
      entries.map(([id, flat], i) => {
        const at = flat.indexOf('efficiency_score') + 1;
        return [id, i === 20 ? flat.with(at, String(Number(flat[at]) + by)) : flat];
      });
    expect(run(changed(1e-13), ...config).code).toBe(0);
    expect(run(changed(1e-11), ...config)).toEqual({
      code: 1,
      out: expect.stringMatching(
        /^20-0 'random': efficiency_score is .*\nscores: \d+ entries recomputed, 1 different/,
      ) as unknown,
    });
  });

  it('detects other parameters', () => {
    expect(run(entries)).toMatchObject({ code: 1 });
  });

  it('leaves out the entries of other programs, and fails without any of ours', () => {
    const foreign: Entry = ['1-0', ['symbol', 'BTCUSDT', 'efficiency_score', '0.04', 'mode', 'shadow']];
    expect(run([foreign])).toMatchObject({ code: 2 });
    expect(run([foreign, ...entries], ...config).code).toBe(0);
  });
});
