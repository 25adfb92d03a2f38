import { describe, expect, it } from '@jest/globals';
import { addHour, addToSums, isShown, NEW_E_PROCESS, NO_SUMS, type EProcess } from '@quantum/rollout-guards';
import {
  every,
  marketOf,
  NOW,
  P,
  run,
  shadow,
  symbolsOf,
  entriesOf,
  periodsOf,
  hoursOf,
  moving,
} from './cycles.test-support.js';

describe('an hour', () => {
  const market = moving((at) => (at / P) % 5);
  const times = every(P, NOW, NOW + 2 * 3600 + 1);

  it('is the sum of its twelve periods, and feeds the three tests', () => {
    const found = run(times, (nowSec) => [marketOf(nowSec, { symbols: market(nowSec) }), shadow()]);
    const [first, second] = hoursOf(entriesOf(found));
    const ds = periodsOf(entriesOf(found)).map(({ advantage }) => advantage.advantageBps!);
    expect(ds).toHaveLength(24);
    expect(first!.advantagesBps).toEqual(ds.slice(0, 12));
    expect(first!.advantageBps).toBeCloseTo(
      ds.slice(0, 12).reduce((sum, d) => sum + d, 0),
      9,
    );
    expect(first).toMatchObject({ startSec: NOW, closedSec: NOW + 3600, rules: { periodSec: P, clipBps: 16, deltaBpsPerDay: 2.4 } }); // prettier-ignore
    expect(first!.before).toEqual({ tests: { harm: NEW_E_PROCESS, non_inferior: NEW_E_PROCESS, superior: NEW_E_PROCESS }, sums: NO_SUMS }); // prettier-ignore
    expect(second!.before).toEqual(first!.after);
    for (const test of ['harm', 'non_inferior', 'superior'] as const) {
      expect(second!.after.tests[test]).toEqual(addHour(first!.after.tests[test], test, second!.advantageBps, second!.rules)); // prettier-ignore
      expect(first!.after.tests[test].hours).toBe(1);
    }
    const clipped = (y: number) => Math.min(y, 16);
    expect(second!.after.sums).toEqual([first!, second!].reduce((sums, { advantageBps: y }) => addToSums(sums, clipped(y!)), NO_SUMS)); // prettier-ignore
    expect(second!.advantageBps).toBeGreaterThan(16);
  });

  it.each([
    [2, 1],
    [3, 0],
  ])('with %d periods missing counts %d times', (missing, count) => {
    const unknown = (nowSec: number) => nowSec > NOW && nowSec <= NOW + (missing - 1) * P;
    const found = run(times, (nowSec) => [
      marketOf(nowSec, { symbols: unknown(nowSec) ? symbolsOf({ A: { priceUsd: undefined }, B: { priceUsd: undefined } }) : symbolsOf({}) }), // prettier-ignore
      shadow(),
    ]);
    const [first, second] = hoursOf(entriesOf(found));
    expect(first!.advantagesBps.filter((d) => d === undefined)).toHaveLength(missing);
    expect([first!.advantageBps, first!.after.sums.hours, first!.after.tests.harm.hours]).toEqual([count === 1 ? 0 : undefined, count, count]); // prettier-ignore
    expect(second!.after.sums.hours).toBe(count + 1);
    expect(found.at(-1)!.input.harm!.asOfSec).toBe(NOW + 7200);
  });

  it('that is missing does not move the time of the evidence', () => {
    const dark = symbolsOf({ A: { priceUsd: undefined }, B: { priceUsd: undefined } });
    const found = run(times, (nowSec) => [marketOf(nowSec, { symbols: nowSec < NOW + 3600 ? symbolsOf({}) : dark }), shadow()]); // prettier-ignore
    expect(hoursOf(entriesOf(found)).map(({ advantageBps }) => advantageBps)).toEqual([0, undefined]);
    expect(found.at(-1)!.input.harm!.asOfSec).toBe(NOW + 3600);
  });

  it('closes late with what it had, where the rollout was down since', () => {
    const back = NOW + 3600 * 5;
    const found = run([...every(P, NOW, NOW + 3001), back, back + P], (nowSec) => [marketOf(nowSec), shadow()]);
    expect(hoursOf(entriesOf(found))).toMatchObject([{ startSec: NOW, closedSec: back, advantageBps: 0 }]);
    expect(found.at(-1)!.figures).toMatchObject({ periods: 11, missing: 50 });
  });

  it('shows what a stage requires, once E is large enough', () => {
    const found = run(every(P, NOW, NOW + 40 * 3600), (nowSec) => [
      marketOf(nowSec, { symbols: moving((at) => 0.5 + 0.5 * (Math.floor(at / 3600) % 2))(nowSec) }),
      shadow(),
    ]);
    let process: EProcess = NEW_E_PROCESS;
    const shown: boolean[] = [];
    for (const hour of hoursOf(entriesOf(found))) {
      process = addHour(process, 'superior', hour.advantageBps, hour.rules);
      shown.push(isShown(process, 0.05)!);
    }
    const after = found.filter(({ entries }) => hoursOf(entries).length > 0);
    expect(after.map((cycle) => cycle.shown.superior)).toEqual(shown);
    expect([shown[0], shown.at(-1)]).toEqual([false, true]);
    expect(found.at(-1)!.shown).toEqual({ non_inferior: true, superior: true });
    expect(found.at(-1)!.figures.eValues.superior).toBeGreaterThan(20);
    expect(found.at(-1)!.figures.eValues.harm).toBeLessThan(1);
    expect(found.at(-1)!.figures.band!.mean).toBeCloseTo(9, 0);
  });
});
