import { describe, expect, it } from '@jest/globals';
import { marketOf, NOW, shadow, symbolOf } from './cycles.test-support.js';
import { encodeFolds, evidenceFields, EvidenceReplayer, foldCycle, NEW_FOLDS, parseFolds } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    const market = (nowSec: number, priceUsd: number) =>
      marketOf(nowSec, {
        symbols: new Map([['A', symbolOf({ baseUsd: 1000, multiplier: 0.9, positionUsd: 900, priceUsd })]]),
      });

    const first = foldCycle(NEW_FOLDS, market(NOW, 100), shadow());
    const kept = parseFolds(encodeFolds(first.folds))!; // another process goes on
    const { entries, closedPeriods, figures } = foldCycle(kept, market(NOW + 300, 101), shadow());

    expect(closedPeriods).toBe(1);
    expect(figures).toMatchObject({ periods: 1, missing: 0, hours: 0 });
    expect(entries[0]).toMatchObject({ kind: 'period', startSec: NOW, advantage: { symbols: 1, missingShare: 0 } });

    const replayer = new EvidenceReplayer();
    entries.forEach((entry) => replayer.take({ id: '1763384700000-0', fields: evidenceFields(entry) }));
    expect(replayer.result()).toMatchObject({ periods: 1, hours: 0, differences: [] });
  });
});
