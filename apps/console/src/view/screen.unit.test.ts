import { describe, expect, it } from '@jest/globals';
import { foldCycle, newModel, type DecisionRow, type Snapshot } from '@quantum/read-model';
import { html } from 'htm/preact';
import { renderToString } from 'preact-render-to-string';
import { Screen } from './screen.js';
import { aRow, aSnapshot, bySymbol, NOW } from './snapshot.test-support.js';
import { titleOf } from './status.js';
import { FIRST_UI, type Actions, type Link, type Ui } from './ui.js';

const EVIL = '<img src=x onerror=alert(1)>"\'&';
const act: Actions = { choose: () => undefined, openPlan: () => undefined };
const drawn = (snapshot: Snapshot, { ui = {}, link = 'live', acts }: { ui?: Partial<Ui>; link?: Link; acts?: Actions } = {}) =>
  renderToString(html`<${Screen} snapshot=${snapshot} nowSec=${NOW} ui=${{ ...FIRST_UI, ...ui }} link=${link} act=${acts} />`); // prettier-ignore

const decision = (over: Partial<DecisionRow> = {}): DecisionRow => ({
  planId: 'p1', symbol: 'AAA', entryId: '1-0', decidedSec: NOW - 5, outcome: 'refused', reason: 'burst_rate', action: '', isClosing: false, notionalUsd: 10,
  hint: null, wouldBlock: [], policy: '', limits: '', words: 'refused by burst_rate: 2 permits in 5 min, limit 2', ...over,
}); // prettier-ignore

describe('the screen', () => {
  it('shows the symbols, and a word beside each glyph', () => {
    const text = drawn(
      aSnapshot({ symbols: bySymbol(aRow('AAA'), aRow('BBB', { staleSinceSec: NOW - 100 })), problems: [] }),
    );
    expect(text).toMatch(/AAA.*1,200.*1\.200.*0\.700/s);
    expect(text).toContain('▲ stale, ok');
    expect(text).toMatch(/<span aria-hidden="true">✓<\/span> All is well/);
  });

  it('draws the first 200 of 10,000 symbols without JavaScript, and a window with it', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => aRow(`S${String(i).padStart(5, '0')}`));
    const snapshot = aSnapshot({ symbols: bySymbol(...rows) });
    const count = (text: string) => text.match(/class="spark"/g)?.length;
    const first = drawn(snapshot);
    expect([count(first), first.includes('S00199'), first.includes('S00200')]).toEqual([200, true, false]);
    expect(first).toContain('10,000 of 10,000; the first 200 without JavaScript');
    const live = drawn(snapshot, { acts: act, ui: { firstRow: 5000 } });
    expect([count(live), live.includes('S05000'), live.includes('aria-rowindex="5002"')]).toEqual([60, true, true]);
  });

  it('has no style attribute on the first paint, which the policy of the page would refuse', () => {
    expect(drawn(aSnapshot({ symbols: bySymbol(aRow('AAA')), decisions: [decision()] }))).not.toMatch(
      / style=| on[a-z]+=/,
    );
  });

  it('escapes what others write', () => {
    const text = drawn(
      aSnapshot({
        symbols: bySymbol(aRow(EVIL, { reason: EVIL, policy: EVIL, effectiveWhy: EVIL })),
        decisions: [decision({ planId: EVIL, symbol: EVIL, words: EVIL, reason: EVIL })],
        incidents: [{ id: '1', atSec: NOW, kind: 'redis', symbol: EVIL, planId: EVIL, words: EVIL }],
        policies: [{ hash: EVIL, decides: 'limits', parameters: { [EVIL]: EVIL }, symbols: 0 }],
        problems: [{ where: 'redis', words: EVIL }],
      }),
      { acts: act, ui: { symbol: EVIL, plan: { planId: EVIL, state: 'failed', why: EVIL } } },
    );
    expect(text).not.toContain('<img');
    expect(text).not.toContain('"\'&"');
    expect(text.match(/&lt;img src=x/g)?.length).toBeGreaterThan(10);
  });

  it('shows the decisions of one gate, each with a link to its record', () => {
    const decisions = [decision(), decision({ planId: 'p/2', outcome: 'permit', reason: '', words: 'permitted' })];
    const text = drawn(aSnapshot({ decisions }), { acts: act, ui: { gate: 'burst_rate' } });
    expect(text).toContain('refused by burst_rate: 2 permits in 5 min, limit 2');
    expect(text).not.toContain('>permitted<');
    expect(drawn(aSnapshot({ decisions }))).toContain('href="/plan?id=p%2F2"');
  });

  it('says of when the numbers of a guard are', () => {
    const none = {
      epoch: null,
      state: null,
      desk: null,
      memories: null,
      cycle: null,
      plans: new Map<string, string>(),
    };
    const { rollout } = foldCycle(newModel([]), { nowSec: NOW, rollout: none }).snapshot;
    const guard = { guard: 'slew', verdict: 'PASS', value: 0.01, limit: 0.2, unit: 'ratio', n: 5, asOfSec: NOW - 3 * 86_400, demand: 'none', isBreached: false }; // prettier-ignore
    const text = drawn(aSnapshot({ rollout: rollout && { ...rollout, guards: [guard] } }));
    expect(text).toMatch(/As of<.*slew.*pass.*0\.0100.*0\.2000.*ratio.*3 d 0 h ago/s);
  });

  it('says STALE in banner and title', () => {
    const snapshot = aSnapshot({ problems: [] });
    expect([titleOf(snapshot, 'live'), titleOf(snapshot, 'stale')]).toEqual(['✓ All is well · Quantum console', 'STALE ✓ All is well · Quantum console']); // prettier-ignore
    expect(drawn(snapshot, { link: 'stale' })).toMatch(/role="alert">✗ STALE/);
    expect(drawn(snapshot)).not.toContain('STALE');
  });
});
