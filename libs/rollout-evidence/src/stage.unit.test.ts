import { describe, expect, it } from '@jest/globals';
import { baking, every, marketOf, NOW, P, planOf, run, shadow, symbolsOf } from './cycles.test-support.js';
import type { FoldContext, MarketSymbol } from './index.js';

describe('the relative drawdown', () => {
  /** A is half of what it should be, so that it loses where the price rises. */
  const market = (nowSec: number, priceUsd: number | undefined, changes: Partial<MarketSymbol> = {}) =>
    marketOf(nowSec, { symbols: symbolsOf({ A: { effective: 0.5, priceUsd, ...changes } }) });
  const relative = (times: readonly number[], price: (nowSec: number) => number | undefined, state: (nowSec: number) => Parameters<typeof baking>[1] = () => ({})) => // prettier-ignore
    run(times, (nowSec) => [market(nowSec, price(nowSec)), baking(NOW, state(nowSec))]).map(({ input }) => input.relative); // prettier-ignore
  const fall = (found: ReturnType<typeof relative>) => found.map((each) => each && Math.round(each.fallBps * 10) / 10);

  it('is the fall from the high of the closed periods, at the marks of now', () => {
    const prices = [100, 99, 99, 100, 100.5, 99.5];
    const times = [0, 1, 1.5, 2, 2.1, 2.9].map((i) => NOW + i * P);
    const found = relative(times, (nowSec) => prices[times.indexOf(nowSec)]);
    // The first period gains 50 bps; the second loses 50.5, the open one 25 more and then gains 25.
    expect(fall(found)).toEqual([0, 0, 0, 50.5, 75.5, 25.5]);
    expect(found.map((each) => [each!.periods, each!.asOfSec - NOW])).toEqual([[0, 0], [1, 300], [1, 450], [2, 600], [2, 630], [2, 870]]); // prettier-ignore
  });

  it('has its high at 0 at least', () => {
    const prices = [100, 101, 100];
    expect(fall(relative(every(P, NOW, NOW + 3 * P), (nowSec) => prices[(nowSec - NOW) / P]))).toEqual([0, 50, 0.5]);
  });

  it('takes what is missing as unknown, not at once', () => {
    const times = every(10, NOW, NOW + 1600);
    const found = relative(times, (nowSec) => (nowSec > NOW + 450 && nowSec < NOW + 1300 ? undefined : 101));
    const unknown = times.filter((_time, i) => found[i] === undefined).map((time) => time - NOW);
    // Last marks at 450. The period from 900 on has no price at its start, the one from 1200 neither.
    expect([unknown[0], unknown.at(-1), unknown.length]).toEqual([1060, 1490, 44]);
  });

  it('loses nothing where nothing enforced has a base', () => {
    const found = run(every(10, NOW, NOW + 5 * P), (nowSec) => [
      market(nowSec, 100 + nowSec - NOW, { baseUsd: nowSec < NOW + P ? 1000 : 0 }),
      baking(NOW),
    ]).map(({ input }) => input.relative);
    const atEnd = found.at(-1)!;
    expect([atEnd.asOfSec, atEnd.periods]).toEqual([NOW + 5 * P - 10, 1]);
    expect(found.at(-1)!.fallBps).toBe(found[P / 10]!.fallBps);
  });

  it('begins anew with each stage and each start, not within a month of done', () => {
    const states: Parameters<typeof baking>[1][] = [
      { name: 'baking' }, { name: 'baking' }, { name: 'ready' }, { name: 'done' }, { name: 'done', harmSec: NOW + 3.5 * P },
      { name: 'holding', harmSec: NOW + 3.5 * P }, { name: 'baking', stage: 1, harmSec: NOW + 5.5 * P }, { name: 'holding', stage: 0, harmSec: NOW + 6.5 * P }, { name: 'baking', harmSec: NOW + 7.5 * P }, { name: 'baking', harmSec: NOW + 7.5 * P },
    ]; // prettier-ignore
    const found = relative(every(P, NOW, NOW + 10 * P), (nowSec) => 100 + (nowSec - NOW) / P, (nowSec) => states[(nowSec - NOW) / P]); // prettier-ignore
    expect(found.map((each) => each!.periods)).toEqual([0, 1, 2, 3, 4, 5, 0, 0, 0, 1]);
    expect(fall(found).slice(5)).toEqual([expect.closeTo(245, 0), 0, 0, 0, expect.closeTo(46, 0)]);
  });

  it('begins anew once the blend of a higher stage has come down, two periods later at most', () => {
    const down = (nowSec: number) => Math.max(0.5, 1 - (nowSec - NOW) / 600);
    const found = relative(every(100, NOW, NOW + 5 * P), (nowSec) => 100 + (nowSec - NOW) / 300, (nowSec) => ({ blend: down(nowSec) })); // prettier-ignore
    const at = (sec: number) => found[sec / 100]!;
    expect([at(0).blend, at(200).blend, at(300).blend]).toEqual([1, 1, undefined]);
    expect([at(200).fallBps > 0, at(300).fallBps, at(500).fallBps, at(700).fallBps > 0]).toEqual([true, 0, 0, false]);
    expect([at(900).periods, at(1000).fallBps > 0, at(1200).periods]).toEqual([0, true, 1]);
  });

  it('counts a period that began with the stage or later', () => {
    const since = (sinceSec: number) => relative(every(P, NOW, NOW + 3 * P), () => 100, () => ({ harmSec: sinceSec })).map((each) => each!.periods); // prettier-ignore
    expect(since(NOW)).toEqual([0, 1, 2]);
    expect(since(NOW + 1)).toEqual([0, 0, 1]);
  });

  it.each(['off', 'rolled_back', 'killed'] as const)('is none in state %s', (name) => {
    expect(relative([NOW, NOW + P], () => 100, () => ({ name }))).toEqual([undefined, undefined]); // prettier-ignore
  });

  it('is none where another plan runs', () => {
    expect(relative([NOW], () => 100, () => ({ plan: 'another' }))).toEqual([undefined]); // prettier-ignore
  });
});

describe('the standard deviation of a stage', () => {
  const HOUR = 3600;
  /**
   * In every other hour the price of A rises by 1 %: what is proposed for A loses 10 bps. The first stage enforces A
   * alone.
   */
  const price = (nowSec: number) => 100 * 1.01 ** Math.floor((nowSec - NOW + HOUR) / HOUR / 2);
  const sd = (from: number, context: (nowSec: number) => FoldContext, hours = 30) =>
    run(every(300, NOW, NOW + hours * HOUR + 1), (nowSec) => [
      marketOf(nowSec, { symbols: symbolsOf({ A: { priceUsd: price(nowSec) }, B: { multiplier: 1 }, C: { multiplier: 1 } }) }),
      context(nowSec),
    ]).filter((_cycle, i) => i % 12 === 0).slice(from).map(({ input }) => input.relative?.sdBpsPerSqrtDay); // prettier-ignore
  const plan = planOf({ clipBps: 100 });
  const starting = (sinceSec: number) => (nowSec: number) =>
    nowSec < sinceSec ? shadow({ plan }) : baking(sinceSec, { evidenceSec: NOW }, { plan });

  it('is that of the hours before it began, if these are a day', () => {
    const found = sd(24, starting(NOW + 24 * HOUR));
    const half = 10 / 2;
    expect(found[0]).toBeCloseTo(Math.sqrt((half ** 2 * 24 * 24) / 23), 6);
    expect(new Set(found).size).toBe(1);
  });

  it('is unknown before there is a day of hours, and then stays', () => {
    const found = sd(22, starting(NOW + 22 * HOUR), 40);
    expect(found.slice(0, 2)).toEqual([undefined, undefined]);
    expect(found[2]).toBeGreaterThan(0);
    expect(new Set(found.slice(2)).size).toBe(1);
  });

  const again = NOW + 26 * HOUR;
  it.each<[string, FoldContext['state']['name'] | undefined, number]>([
    ['begins anew', undefined, 30],
    ['begins anew after a rollback', 'rolled_back', 30],
    ['begins anew twice', undefined, 30],
  ])('is the one that was known where the evidence %s', (what, name, hours) => {
    const found = sd(24, (nowSec) => {
      if (nowSec < again) return starting(NOW + 24 * HOUR)(nowSec);
      if (name && nowSec < again + HOUR) return baking(NOW + 24 * HOUR, { evidenceSec: NOW, name }, { plan });
      const since = what.endsWith('twice') && nowSec > again + HOUR ? again + HOUR + 1 : again + (name ? HOUR : 0);
      return baking(since, { evidenceSec: since }, { plan });
    }, hours); // prettier-ignore
    expect(found[0]).toBeGreaterThan(0);
    const after = found.slice(2).filter((each) => each !== undefined);
    expect([new Set(after).size, found.length - 2 - after.length]).toEqual([1, name ? 1 : 0]);
    expect(after[0]).toBeCloseTo(found[0]!, 0);
  });

  it('is not that of another plan', () => {
    const found = sd(24, (nowSec) => nowSec < again ? starting(NOW + 24 * HOUR)(nowSec) : baking(again, { plan: 'another' }, { plan, hash: 'another' })); // prettier-ignore
    expect(found.slice(2).filter((each) => each !== undefined)).toEqual([]);
  });
});
