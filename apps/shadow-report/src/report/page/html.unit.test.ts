import { describe, expect, it } from '@jest/globals';
import type { Figure } from '@quantum/shadow-evidence';
import { reportHtml } from './html.js';

const window = { fromSec: 0, toSec: 3600 };
const evil = '</script><script>alert("x")</script>';
const figure: Figure = {
  id: 'steps.largest_usd', label: 'largest step', value: 1, unit: 'USD', n: 5, of: 'proposals', window, note: evil,
}; // prettier-ignore
const page = reportHtml(
  { verdict: 'READY', recording: '/somewhere/run.qrec', window, coveredHours: 1, tornBytes: 0, damage: { places: 0, bytes: 0 }, lines: [{ id: 'a.b', label: 'a', status: 'PASS', threshold: '<= 1', limit: { max: 1, minN: 1, minHours: 0 }, figure }], figures: [figure] },
  { buckets: [{ fromSec: 0, states: { [evil]: 1 }, baseUsd: 1, proposedUsd: 1 }], multipliers: [[1, 1]], earned: undefined },
  { scripts: ['run()'], styles: ['p {}'] },
); // prettier-ignore

describe('the page', () => {
  it('loads nothing, and says so to the browser', () => {
    expect(page).toContain(`content="default-src 'none';`);
    expect(page).not.toMatch(/<(link|img|iframe)\b|\b(src|href)=|https?:/);
  });

  it('shows texts of a recording as texts', () => {
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toContain('alert("x")</script>');
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(&quot;x&quot;)');
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(JSON.parse(data)).toMatchObject({ buckets: [{ states: { [evil]: 1 } }] });
  });

  it('names each figure with its sample, leaves out charts without data, and paths of the machine', () => {
    expect(page).toContain('5 proposals, 1.00\u00a0h');
    expect(page).not.toContain('data-chart="earned"');
    expect(page).not.toContain('/somewhere');
  });
});
