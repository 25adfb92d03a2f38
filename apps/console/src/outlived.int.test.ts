import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { spawnApp, useRedis, type SpawnedApp } from '@quantum/testing';
import { chromiumPath, startChromium, violationsOf } from './browser/chromium.test-support.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/console/main.js');
const TOKEN = 'a-token-of-the-test';
const file = useRedis();

const inBrowser = chromiumPath === undefined ? it.skip : it;

inBrowser('a page that outlives its login says so, and leads to the form', async () => {
  const tokenFile = join(file.server.dir, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const apps: SpawnedApp[] = [];
  /** Starts the console. Returns the address of its page. */
  const start = async (port: string): Promise<string> => {
    const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0', CONSOLE_PORT: port, CONSOLE_AUTH_TOKEN_FILE: tokenFile }); // prettier-ignore
    apps.push(app);
    return (JSON.parse(await app.waitForLine(/"msg":"running"/)) as { page: string }).page;
  };
  const url = await start('0');
  const browser = await startChromium();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const logIn = async (): Promise<void> => {
      await page.getByLabel('Token').fill(TOKEN);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.locator('.top').getByText('✓ live').waitFor();
    };
    await page.goto(url);
    await logIn();
    await context.clearCookies(); // twelve hours later
    await apps[0]?.stop('SIGKILL');
    await start(new URL(url).port);
    await page.getByRole('alert').getByText('✗ STALE: the login has ended').waitFor();
    expect(await page.title()).toMatch(/^STALE /);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Log in again' }).click();
    await logIn();
  } finally {
    await browser.close();
    for (const app of apps) await app.stop('SIGKILL');
  }
});

inBrowser('a page on a machine whose clock is behind shows the time of the console', async () => {
  const app = spawnApp(BUNDLE, { REDIS_URL: file.server.url, METRICS_PORT: '0', CONSOLE_PORT: '0' });
  const { page: url } = JSON.parse(await app.waitForLine(/"msg":"running"/)) as { page: string };
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await page.clock.install({ time: Date.now() - 600_000 });
    await page.goto(url);
    await page.locator('.top').getByText('✓ live').waitFor();
    const shown = await page.locator('.clock').innerText();
    expect(Math.abs(Date.parse(shown.replace(' UTC', 'Z')) - Date.now())).toBeLessThan(60_000);
  } finally {
    await browser.close();
    await app.stop('SIGKILL');
  }
});
