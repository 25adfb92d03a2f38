import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { applyHint, readPermit } from './index.js';

describe('the example in the README', () => {
  it('runs', () => {
    // example
    const permit = readPermit(
      '{"granted":true,"symbol":"BTCUSDT","eff_action":"DOWNSIZE","downsize_factor":"0.5000","extra_cooldown_sec":"96"}',
    );
    expect(permit.granted).toBe(true);

    const mine = { cap: 1000, cooldownSec: 60 };
    expect(applyHint(permit.hint, mine, { closing: false })).toEqual({ cap: 500, cooldownSec: 156 });
    expect(applyHint(permit.hint, mine, { closing: true })).toEqual(mine); // exits are left alone
    expect(applyHint(readPermit('{"granted":true}').hint, mine, { closing: false })).toEqual(mine); // an old permit
    // end
  });

  it('is the text of the README', () => {
    const example = /\/\/ example\n([\s\S]*?)\n *\/\/ end/.exec(readFileSync(__filename, 'utf8'))?.[1] ?? '';
    expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(example.replace(/^ {4}/gm, ''));
  });
});
