import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import type { Snapshot } from '@quantum/read-model';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { decidedKey } from '@quantum/redis-schemas';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { spawnApp, waitFor, type SpawnedApp } from '@quantum/testing';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, heapBytes, startChromium, violationsOf } from './browser/chromium.test-support.js';
import { EventHub } from './events/hub.js';
import { startPageServer } from './server/page-server.js';
import { aRow, aSnapshot, bySymbol } from './view/snapshot.test-support.js';
import { plan, propose } from './writes.test-support.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/console/main.js');
/** Seconds that a page is left open, played at speed; a day: CONSOLE_OPEN_SEC=86400. */
const OPEN_SEC = Number(process.env['CONSOLE_OPEN_SEC'] ?? 3600);
/** Folder for pictures of the page, light and dark; none are taken without it. */
const PICTURES = process.env['CONSOLE_PICTURES'] ?? '';

let server: PrivateRedis;
let redis: Redis;
let app: SpawnedApp;
let browser: Browser;
let url: string;
let page: Page;
/** What the browser complains about, violations of the page's policy among them. */
let complaints: string[];

if (chromiumPath === undefined) process.stderr.write('NOT TRIED: the page in a browser. There is no Chromium here: apt-get install chromium\n'); // prettier-ignore
const inBrowser = chromiumPath === undefined ? describe.skip : describe;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  server = await startPrivateRedis();
  redis = connectRedis({ url: server.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
  [url, browser] = await Promise.all([startConsole(), startChromium()]);
});
afterAll(async () => {
  if (chromiumPath === undefined) return;
  await browser.close();
  redis.disconnect();
  await app.stop('SIGKILL');
  await server.stop();
});
afterEach(async () => {
  if (chromiumPath === undefined) return;
  await page.close();
  expect(complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([]);
});

/** Starts the built console. Returns the address of its page. */
async function startConsole(port = '0'): Promise<string> {
  app = spawnApp(BUNDLE, { REDIS_URL: server.url, METRICS_PORT: '0', CONSOLE_PORT: port });
  return (JSON.parse(await app.waitForLine(/"msg":"running"/)) as { page: string }).page;
}

async function open(at = url): Promise<Page> {
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(30_000);
  complaints = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(at);
  await page.locator('.top').getByText('✓ live').waitFor();
  return page;
}
const row = (symbol: string) => page.locator('#symbols tr', { has: page.getByRole('rowheader', { name: symbol, exact: true }) }); // prettier-ignore
const shownSymbols = () => page.locator('#symbols tbody th').allInnerTexts();

inBrowser('the page in a browser', () => {
  it('shows each change by itself', async () => {
    await propose(redis, ['AAA', 0.1]);
    await open();
    await row('AAA').getByText('0.100').waitFor();
    for (const score of [0.2, 0.3, 0.4]) {
      await propose(redis, ['AAA', score]);
      await row('AAA').getByText(score.toFixed(3)).waitFor();
    }
  });

  it('opens the record of a decision and the history of a symbol by keyboard alone', async () => {
    const block = { reason: 'burst_rate', timestamp: 1, symbol: 'AAA', exec_count: 2, max_exec_per_5min: 2 };
    await redis.set(decidedKey('p-1'), JSON.stringify(recordWith(INPUTS, { plan_id: 'p-1', symbol: 'AAA', outcome: 'refused', reason: 'burst_rate', block }))); // prettier-ignore
    await plan(redis, 'p-1');
    await open();
    const link = page.getByRole('link', { name: 'p-1' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Decision record' }).getByText('refused by burst_rate: 2 permits in 5 min, limit 2').waitFor();
    expect(page.url()).toBe(`${url}/`);
    await page.getByRole('searchbox').focus();
    for (let i = 0; i < 12 && (await page.evaluate(() => document.activeElement?.textContent)) !== 'AAA'; i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('figure').getByText(/^Score 0\.4.., between/).waitFor();
    const tables = page.locator('.scroll');
    for (const table of await tables.all()) expect(await table.getAttribute('tabindex')).toBe('0');
  }); // prettier-ignore

  it('has nothing that axe would find wrong, light and dark', async () => {
    await open();
    await page.getByRole('button', { name: 'AAA' }).click();
    await page
      .getByRole('figure')
      .getByText(/^Score /)
      .waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect([colorScheme, await violationsOf(page)]).toEqual([colorScheme, []]);
      if (PICTURES === '') continue;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `console-test-${colorScheme}.png`), fullPage: true });
    }
  });

  it('goes on when Redis comes back', async () => {
    await open();
    await server.kill();
    await page.getByText(/Redis does not answer/).waitFor();
    expect(await page.title()).toMatch(/^✗ 1 problem /);
    await server.restart();
    await untilReady(redis);
    await propose(redis, ['BBB', 0.7]);
    await row('BBB').getByText('0.700').waitFor();
    expect(await page.getByText(/Redis does not answer/).count()).toBe(0);
  });

  it('goes on when the console comes back, and never shows an old figure as live', async () => {
    await propose(redis, ['CCC', 0.123]);
    await open();
    await row('CCC').getByText('0.123').waitFor();
    await app.stop('SIGKILL');
    await page.getByText(/connection lost/).waitFor();
    await propose(redis, ['CCC', 0.987]);
    await page.evaluate(() => {
      const seen = { isOldLive: false };
      Object.assign(globalThis, { seen });
      const look = (): void => {
        const isLive = document.querySelector('.top')?.textContent.includes('✓ live') === true;
        if (isLive && document.querySelector('#symbols')?.textContent.includes('0.123') === true) seen.isOldLive = true;
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    expect(await startConsole(new URL(url).port)).toBe(url);
    await row('CCC').getByText('0.987').waitFor();
    await page.locator('.top').getByText('✓ live').waitFor();
    expect(await page.evaluate(() => (globalThis as unknown as { seen: object }).seen)).toEqual({ isOldLive: false });
  });

  it('sorts, filters and scrolls 10,000 symbols, and draws those in sight', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [`S${String(i).padStart(5, '0')}`, (i % 1000) / 1000] as const);
    await propose(redis, ...rows);
    await open();
    await page.getByText(/10,00\d of 10,00\d/).waitFor();
    expect(await page.locator('#symbols tbody tr').count()).toBeLessThan(100);
    const table = page.getByRole('region', { name: 'Symbols, table' });
    await table.evaluate((element) => { element.scrollTop = 28 * 7000; });
    await waitFor(async () => (await shownSymbols()).includes('S07000'), { what: 'the rows in the middle' });
    await page.getByRole('searchbox').fill('s0999');
    await page.getByText(/^10 of 10,00\d$/).waitFor();
    await page.getByRole('button', { name: /^Score/ }).click();
    await page.getByRole('button', { name: /^Score/ }).click();
    await waitFor(async () => (await shownSymbols())[0] === 'S09999', { what: 'the highest score first' });
  }); // prettier-ignore

  it(`keeps its memory flat for ${OPEN_SEC} s of changes, played at speed, and says STALE when they stop`, async () => {
    const text = await (await fetch(url)).text();
    const at = (number: number): Snapshot =>
      aSnapshot({ number, symbols: bySymbol(...Array.from({ length: 40 }, (_, i) => aRow(`S${i}`, { score: ((number + i) % 100) / 100 }))) });
    const hub = new EventHub({ snapshot: at(0), process: 't' });
    const csp = (await fetch(url)).headers.get('content-security-policy') ?? '';
    const pages = { screen: () => text, login: () => '', snapshot: () => '', plan: () => Promise.resolve(undefined) };
    const played = await startPageServer({ host: '127.0.0.1', port: 0, token: undefined, pages, hub, csp, onAnswer: () => undefined });
    try {
      await open(played.url);
      await page.clock.install();
      let number = 0;
      const play = async (seconds: number): Promise<number> => {
        for (const end = number + seconds; number < end;) {
          hub.show(at((number += 1)));
          if (number % 200 === 0 || number === end) await row('S0').getByText(((number % 100) / 100).toFixed(3)).waitFor();
        }
        return heapBytes(page);
      };
      const early = await play(600);
      const late = await play(OPEN_SEC - 600);
      expect(late - early).toBeLessThan(2 ** 20);
    } finally {
      await played.close();
    }
    await page.getByText(/connection lost/).waitFor();
    await page.clock.runFor(40_000);
    await page.getByRole('alert').getByText(/^✗ STALE/).waitFor();
    expect(await page.title()).toMatch(/^STALE /);
  }); // prettier-ignore
});
