import { describe, expect, it } from '@jest/globals';
import { NEW_E_PROCESS } from '@quantum/rollout-guards';
import {
  baking,
  every,
  HASH,
  marketOf,
  NOW,
  P,
  POLICY,
  run,
  shadow,
  entriesOf,
  periodsOf,
  hoursOf,
  moving,
} from './cycles.test-support.js';
import type { FoldContext, CycleMarket } from './index.js';

describe('evidence starts anew', () => {
  const until = NOW + 3 * 3600 + 1;
  const cycles = (each: (nowSec: number) => [Partial<CycleMarket>, FoldContext]) =>
    run(every(P, NOW, until), (nowSec) => {
      const [market, context] = each(nowSec);
      return [marketOf(nowSec, { symbols: moving((at) => (at / P) % 3)(nowSec), ...market }), context];
    });
  const changed = NOW + 3600 + P;

  it.each<[string, (isLater: boolean) => [Partial<CycleMarket>, FoldContext]]>([
    ['with another policy', (isLater) => [{ policy: isLater ? 'another' : POLICY }, shadow()]],
    ['with another plan', (isLater) => [{}, shadow({ hash: isLater ? 'another' : HASH })]],
    ['where the rollout says so', (isLater) => [{}, baking(NOW - 9, { evidenceSec: isLater ? changed : NOW - 9 })]],
  ])('%s', (_what, each) => {
    const found = cycles((nowSec) => each(nowSec >= changed));
    const [first, ...rest] = hoursOf(entriesOf(found));
    expect(first!.after.sums.hours).toBe(1);
    // Eleven periods are left of the second hour.
    expect(rest.map(({ sinceSec, before, after }) => [sinceSec, before.sums.hours, after.sums.hours])).toEqual([
      [changed, 0, 1],
      [changed, 1, 2],
    ]);
    expect(rest[0]!.before.tests.superior).toEqual(NEW_E_PROCESS);
    // The period that was open then counts for neither.
    expect(periodsOf(entriesOf(found)).map(({ startSec }) => startSec)).not.toContain(changed - P);
  });

  it('not where the policy is unknown for a while, the plan starts, steps down or is cleared', () => {
    const states = ['off', 'baking', 'holding', 'off', 'killed'] as const;
    const found = cycles((nowSec) => {
      const i = Math.floor((nowSec - NOW) / 2400);
      const running = i > 0 && i < 4 ? {} : { plan: '', evidenceSec: nowSec };
      return [
        { policy: nowSec === NOW + 4800 ? undefined : POLICY },
        baking(NOW, { name: states[i]!, evidenceSec: NOW, ...running }),
      ];
    });
    expect(hoursOf(entriesOf(found)).map(({ sinceSec, after }) => [sinceSec, after.sums.hours])).toEqual([[NOW, 1], [NOW, 2], [NOW, 3]]); // prettier-ignore
  });

  it('waits for the first policy, and keeps its series', () => {
    const found = cycles((nowSec) => [{ policy: nowSec === NOW ? undefined : POLICY }, shadow()]);
    expect(hoursOf(entriesOf(found)).map(({ policy, after }) => [policy, after.sums.hours])).toEqual([[POLICY, 1], [POLICY, 2], [POLICY, 3]]); // prettier-ignore
  });

  it('for harm alone at each stage, with the first hour that is whole', () => {
    const found = cycles((nowSec) => [{}, baking(NOW - 9, { evidenceSec: NOW - 9, harmSec: nowSec >= changed ? changed : NOW - 9 })]); // prettier-ignore
    expect(hoursOf(entriesOf(found)).map(({ harmSec, after: { tests } }) => [harmSec, tests.harm.hours, tests.superior.hours])).toEqual([
      [NOW, 1, 1],
      [changed, 0, 2],
      [changed, 1, 3],
    ]); // prettier-ignore
    const { harm } = found[(changed - NOW) / P]!.input;
    expect(harm).toEqual({ process: NEW_E_PROCESS, alpha: 0.1, asOfSec: changed });
  });

  it('for harm at the hour that begins just then', () => {
    const at = NOW + 3600;
    const found = cycles((nowSec) => [{}, baking(NOW - 9, { evidenceSec: NOW - 9, harmSec: nowSec >= at ? at : NOW - 9 })]); // prettier-ignore
    expect(hoursOf(entriesOf(found)).map(({ after: { tests } }) => tests.harm.hours)).toEqual([0, 1, 2]);
  });
});
