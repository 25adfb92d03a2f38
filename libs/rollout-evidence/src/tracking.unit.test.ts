import { describe, expect, it } from '@jest/globals';
import { baking, every, marketOf, NOW, run, symbolsOf } from './cycles.test-support.js';
import type { FoldContext, MarketSymbol } from './index.js';

describe('positions that follow', () => {
  const at = (times: readonly number[], changes: (nowSec: number) => Partial<MarketSymbol> = () => ({}), context: (nowSec: number) => Partial<FoldContext> = () => ({})) =>
    run(times, (nowSec) => [
      marketOf(nowSec, { symbols: symbolsOf({ A: { effective: 0.9, ...changes(nowSec) } }), cohort: new Set(['A', 'B']) }),
      baking(NOW - 10, {}, context(nowSec)),
    ]).at(-1)!.input.positions!; // prettier-ignore
  const half = every(10, NOW, NOW + 1801);

  it('are compared with the effective target of half an hour ago', () => {
    const base = (nowSec: number) => ({ baseUsd: nowSec < NOW + 600 ? 1000 : 500, positionUsd: -870 });
    expect(at(half, base)).toEqual([
      { symbol: 'A', positionUsd: 870, effectiveUsd: 900 },
      { symbol: 'B', positionUsd: 900, effectiveUsd: undefined },
    ]);
    expect(at(every(10, NOW, NOW + 1800), base)[0]).toMatchObject({ effectiveUsd: undefined });
    expect(at(every(10, NOW, NOW + 2400), base)[0]).toMatchObject({ effectiveUsd: 900 });
    expect(at(every(10, NOW, NOW + 2401), base)[0]).toMatchObject({ effectiveUsd: 450 });
    expect(at(every(10, NOW, NOW + 9001), base)[0]).toMatchObject({ effectiveUsd: 450 });
  });

  it('are compared where they were enforced then and still are', () => {
    const lately = (nowSec: number) => (nowSec > NOW + 900 ? {} : { published: new Map<string, number>() });
    expect(at(half, () => ({}), lately)[0]).toMatchObject({ effectiveUsd: undefined });
    const before = (nowSec: number) => (nowSec < NOW + 900 ? {} : { published: new Map<string, number>() });
    expect(at(half, () => ({}), before)[0]).toMatchObject({ effectiveUsd: undefined });
  });

  it('are compared with what was published, not with what lapsed', () => {
    expect(at(half, () => ({}), () => ({ wasPublished: false }))[0]).toMatchObject({ effectiveUsd: undefined }); // prettier-ignore
    expect(at([NOW, NOW + 3000])[0]).toMatchObject({ effectiveUsd: 900 });
    expect(at([NOW, NOW + 3001])[0]).toMatchObject({ effectiveUsd: undefined });
  });

  it('are unknown where they are, and without a base then', () => {
    expect(at(half, () => ({ positionUsd: undefined }))[0]).toMatchObject({
      positionUsd: undefined,
      effectiveUsd: 900,
    });
    expect(at(half, () => ({ positionUsd: NaN }))[0]).toMatchObject({ positionUsd: undefined });
    expect(at(half, () => ({ baseUsd: undefined }))[0]).toMatchObject({ effectiveUsd: undefined });
  });
});
