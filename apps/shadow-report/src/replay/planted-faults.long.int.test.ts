import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { builtApp, FIXTURE, FIXTURE_V2, FIXTURE_V3, FIXTURE_V4, run, usePaths } from '../paths.test-support.js';

const newPath = usePaths();

describe('replay', () => {
  it.each([
    ['score - 0.5', 'score - 0.6', FIXTURE],
    ['confidence < param', 'confidence > param', FIXTURE], // esbuild numbers the name
    ['score / param', 'score * param', FIXTURE],
    ['(1 - score)', '(2 - score)', FIXTURE],
    ['score >= killScoreCritical', 'score <= killScoreCritical', FIXTURE],
    ['ageSec < symbolCooldownSec', 'ageSec > symbolCooldownSec', FIXTURE],
    ['elapsedSec / halflifeSec', 'elapsedSec / 2 / halflifeSec', FIXTURE_V2],
    ['clamp(scale * multiplier', 'clamp(multiplier', FIXTURE_V2],
    ['proposal(recorded.policy)', 'proposal(void 0)', FIXTURE_V2],
    ['(policy), this.gates(', '(policy), this.gates(void 0 && ', FIXTURE_V3], // esbuild may rename what follows
    ['held + traded - feesUsd', 'held + traded', FIXTURE_V4],
    ['before?.state : known', 'before?.state : void 0', FIXTURE_V4],
  ])('finds a policy in which "%s" has become "%s"', async (original, planted, fixture) => {
    const code = readFileSync(builtApp('shadow-report'), 'utf8');
    expect(code.split(original)).toHaveLength(2);
    const mainJs = newPath();
    writeFileSync(mainJs, code.replace(original, planted));
    const result = await run(['replay', fixture], mainJs);
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(
      /DIFFERENT: \d+ of \d+ outputs; the first:\n {2}(proposal|score|decision) \S+\n {4}recorded /,
    );
  });
});
