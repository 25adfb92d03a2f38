import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPO_ROOT } from '@quantum/testing';

/** Words that names had before they took the field's term, which is the second: patterns of whole words. */
const OLD_WORDS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/^sabot\w*$/, 'inject'],
  [/^rivals?$/, 'baseline'],
  [/^lookups?$/, 'read state'],
  [/^again$/, 'replay'],
  [/^observers?$/, 'telemetry'],
  [/^beds?$/, 'harness'],
  [/^remember\w*$/, 'keep, memoize, register'],
  [/^lanes?$/, 'partition'],
  [/^surrender\w*$/, 'release'],
];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  cwd: REPO_ROOT,
})
  .toString()
  .split('\n')
  .filter((file) => /^(apps|libs|tools)\//.test(file));

const EXPORTED = /^export (?:declare |abstract |async )*(?:const|function\*?|class|interface|type|enum) (\w+)/gm;
const exportedBy = (file: string): string[] =>
  [...readFileSync(join(REPO_ROOT, file), 'utf8').matchAll(EXPORTED)].map(([, name = '']) => name);

/** The words of a name in any case: `replayDecision`, `KEYS_PER_POLL`, `gap-reports.ts`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** The old words of a name, a line each. */
const oldWordsIn = (file: string, name: string): string[] =>
  wordsOf(name).flatMap((word) =>
    OLD_WORDS.filter(([pattern]) => pattern.test(word)).map(([, instead]) => `${file}: ${name}: write ${instead}`),
  );

describe('the name', () => {
  it('of a file has none of the old words', () => {
    expect(files.length).toBeGreaterThan(1000);
    expect(files.flatMap((file) => oldWordsIn(file, basename(file)))).toEqual([]);
  });

  it('of something exported has none of the old words', () => {
    const names = files.flatMap((file) => exportedBy(file).map((name) => [file, name] as const));
    expect(names.length).toBeGreaterThan(2000);
    expect(names.flatMap(([file, name]) => oldWordsIn(file, name))).toEqual([]);
  });

  it.each(['decideAgain', 'same-again.ts', 'BED_USER', 'LoopObserver', 'SABOTAGED_MS', 'rememberSecrets'])(
    '%s would be found',
    (name) => {
      expect(oldWordsIn('x.ts', name)).toHaveLength(1);
    },
  );

  it.each(['reasonsAgainstFeed', 'rollout-testbed', 'arrivals.ts'])('%s would not', (name) => {
    expect(oldWordsIn('x.ts', name)).toEqual([]);
  });
});
