import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnApp } from '@quantum/testing';

const MAIN = resolve(__dirname, '../../../dist/tools/evidence/main.js');
const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A synthetic market: two symbols that rise and fall. */
const closes = Array.from(
  { length: 200 },
  (_, i) => `${1_700_000_000 + 60 * i},${100 + Math.sin(i)},${5 + Math.cos(i / 3)}`,
);

interface Report {
  verdict: string;
  figures: { id: string; value?: number; n: number }[];
}

describe('the chain', () => {
  it('goes from prices to a report, with every output replayed to the byte', async () => {
    const prices = join(folder, 'closes.csv');
    writeFileSync(prices, ['ts_epoch,AUSDT,BUSDT', ...closes].join('\n'));
    const out = join(folder, 'out');
    const chain = spawnApp(MAIN, {}, ['--prices', prices, '--for', '15s', '--speed', '5', '--out', out]);
    expect((await chain.exit).code).toBe(0);
    const said = chain.stdout.join('\n');
    expect(said).toContain('IDENTICAL');
    // Something of each service, and all of it identical.
    for (const output of ['scores', 'proposals', 'decisions']) {
      expect(said).toMatch(new RegExp(`${output} +│ +([1-9][\\d,]*) +│ +\\1 +│ +0 `));
    }
    for (const output of ['periods and hours', 'entries of the audit', 'commands']) {
      expect(said).toMatch(new RegExp(`${output} +([1-9]\\d*) +\\1 +0$`, 'm'));
    }
    const rollout = readFileSync(join(out, 'rollout.jsonl'), 'utf8');
    for (const event of ['submit', 'start', 'rollback']) expect(rollout).toContain(`"event","${event}"`);
    const { verdict, figures } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
    const figure = (id: string) => figures.find((one) => one.id === id);
    expect(verdict).toBe('INSUFFICIENT_DATA');
    expect(figure('replay.different')?.value).toBe(0);
    expect(figure('reasons.ok_share')?.n).toBeGreaterThan(10);
    expect(figure('pnl.base_usd')?.n).toBeGreaterThan(0);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('data-chart="earned"');
  });
});
