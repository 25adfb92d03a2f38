import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '@quantum/testbed';
import type { CycleOptions } from '../baselines/console.js';
import type { BaselineProcess } from '../harness/baseline-process.js';
import { withHarness, type Harness, type Options } from '../harness/harness.js';
import { symbolsOf } from '../harness/market.js';
import type { RawClient } from '../harness/raw-client.js';
import type { Service } from '../harness/service.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';
import { quantile } from '../measure/stats.js';
import { changeLone, putCycle, putLone, putPositions, type Change, type ChangeKind } from './changes.js';
import { openPages, type OpenPages } from './open-pages.js';

/** The proposer's, and the demo's of all other inputs. */
const CYCLE_SEC = 10;

/** How many of the symbols that a cycle proposes have another score than before. */
const MARKETS = [
  ['a tenth changes', 0.1],
  ['all change', 1],
] as const;

export const benchConsole = async (options: Options): Promise<Figure[]> => [
  ...(await withHarness(options, benchCost)),
  ...(await withHarness(options, benchDelay)),
];

interface Console {
  readonly service: Service;
  readonly url: string;
}

async function startConsole(harness: Harness, db: number): Promise<Console> {
  const service = await harness.service('console', db);
  const line = await service.nextLine('running');
  await service.ready();
  return { service, url: String(line['page']) };
}

/** What a console costs beside a desk of 100 symbols, with a page open and without, side by side. */
async function benchCost(harness: Harness): Promise<Figure[]> {
  const symbols = symbolsOf(100);
  harness.tell(`console: what it costs beside ${symbols.length} symbols`);
  const raw = await harness.raw(0);
  await putPositions(raw, symbols);
  const [withPage, without] = [await startConsole(harness, 0), await startConsole(harness, 0)];
  const page = await openPages(withPage.url, 1);
  const feed = cycles(async (cycle) => {
    await putCycle(raw, symbols, cycle);
  });
  const sides = { 'a page open': withPage.service, 'no page': without.service };
  const [cpu, rss] = [new Runs(), new Runs()];
  const [rounds, sec] = harness.short ? [1, 1] : [5, 2 * CYCLE_SEC];
  await delay(harness.short ? 100 : 25_000); // one-time work after a start is over, as for the footprint
  for (let round = 1; round <= rounds; round += 1) {
    const before = Object.values(sides).map((service) => service.cpuSec());
    await delay(1000 * sec);
    for (const [i, [name, service]] of Object.entries(sides).entries()) {
      const share = (service.cpuSec() - (before[i] ?? 0)) / sec;
      cpu.add(name, share);
      rss.add(name, service.rssMb());
      harness.tell(`  round ${round}/${rounds} ${name}: ${share.toPrecision(3)} of a core, ${service.rssMb().toFixed(1)} MB`);
    }
  }
  await feed.end();
  page.close();
  const desk = `beside ${symbols.length} symbols, each proposed every ${CYCLE_SEC} s`;
  return [
    figure('console CPU', `share of a core ${desk}`, 'cores', cpu.byName),
    figure('console RSS', `resident memory ${desk}`, 'MB', rss.byName),
  ];
} // prettier-ignore

/** How long a change takes to open pages, and what they get when nothing changes. */
async function benchDelay(harness: Harness): Promise<Figure[]> {
  const [symbols, count, rounds, sec] = harness.short ? [symbolsOf(300), 3, 1, 3] : [symbolsOf(10_000), 50, 2, 3 * CYCLE_SEC]; // prettier-ignore
  harness.tell(`console: ${count} pages open beside ${symbols.length} symbols`);
  const raw = await harness.raw(0);
  await putPositions(raw, symbols);
  await putCycle(raw, symbols, 0);
  await putLone(raw);
  const { service, url } = await startConsole(harness, 0);
  await untilShown(url, symbols.length);
  const pages = await openPages(url, count);
  const idle = await idleBytes(pages, count, harness.short ? 1 : 30);
  harness.tell(`  without news: ${idle.events} bytes of events, ${idle.beats} of heartbeats a page and minute`);

  const desk: Desk = { raw, pages, count, sec, service };
  const proposers: [market: string, proposer: BaselineProcess][] = [];
  for (const [market, changedShare] of MARKETS) {
    const options: CycleOptions = { symbols: symbols.length, changedShare };
    proposers.push([market, await harness.baseline('console-proposals', 0, options)]);
  }
  const runs = { p50: new Runs(), p99: new Runs(), max: new Runs(), cpu: new Runs(), rss: new Runs() };
  for (let round = 1; round <= rounds; round += 1) {
    for (const [market, proposer] of proposers) {
      const { delays, cpu } = await measuredDelays(desk, proposer);
      runs.cpu.add(market, cpu);
      runs.rss.add(market, service.rssMb());
      for (const [kind, all] of Object.entries(delays)) {
        const name = `${kind}, ${market}`;
        const found = { p50: quantile(all, 0.5), p99: quantile(all, 0.99), max: Math.max(...all) };
        for (const each of ['p50', 'p99', 'max'] as const) runs[each].add(name, found[each]);
        harness.tell(`  round ${round}/${rounds} ${name}: ${all.length} arrivals, p50 ${found.p50.toFixed(0)} p99 ${found.p99.toFixed(0)} max ${found.max.toFixed(0)} ms`); // prettier-ignore
      }
    }
  }
  pages.close();
  const about = `from a write to each of ${count} pages, beside ${symbols.length} symbols that are proposed every ${CYCLE_SEC} s`;
  return [
    figure('console delay p50', `${about}, median`, 'ms', runs.p50.byName),
    figure('console delay p99', `${about}, 99th percentile`, 'ms', runs.p99.byName),
    figure('console delay max', `${about}, most`, 'ms', runs.max.byName),
    figure('console CPU, many pages', 'share of a core meanwhile', 'cores', runs.cpu.byName),
    figure('console RSS, many pages', 'resident memory meanwhile', 'MB', runs.rss.byName),
    figure('console idle bytes', 'bytes that a page gets in a minute without a change', 'bytes', { events: [idle.events], heartbeats: [idle.beats] }),
  ];
} // prettier-ignore

interface Desk {
  readonly raw: RawClient;
  readonly pages: OpenPages;
  readonly count: number;
  readonly sec: number;
  readonly service: Service;
}

/**
 * Plays cycles and single changes. Returns each change's delays to each page, ms, and the share of a core that the
 * console took.
 */
async function measuredDelays({ raw, pages, count, sec, service }: Desk, proposer: BaselineProcess) {
  pages.forget();
  const feed = cycles(proposer.pass);
  const [cpuSec, startMs] = [service.cpuSec(), performance.now()];
  const sent = await changeLone(raw, sec);
  const cpu = (1000 * (service.cpuSec() - cpuSec)) / (performance.now() - startMs);
  await feed.end();
  await delay(4000); // twice as long as the console takes to look at polled keys
  const delays = (['by a stream', 'polled key'] as const).map((kind) => [kind, delaysOf(sent[kind], pages, count)] as const);
  return { delays: Object.fromEntries(delays) as Record<ChangeKind, number[]>, cpu };
} // prettier-ignore

/** Runs this at once, and then in each cycle, until it is ended. */
function cycles(run: (cycle: number) => Promise<unknown>): { end: () => Promise<void> } {
  const stop = new AbortController();
  const running = (async () => {
    for (let cycle = 1; !stop.signal.aborted; cycle += 1) {
      await run(cycle);
      await delay(1000 * CYCLE_SEC, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    end: () => {
      stop.abort();
      return running;
    },
  };
}

/** Waits until the console knows all symbols and has polled their keys twice. */
async function untilShown(url: string, symbols: number): Promise<void> {
  const isShown = async (): Promise<boolean> => {
    const text = await (await fetch(`${url}/snapshot`)).text();
    return text.split('"positionAmount":0.5,').length > symbols;
  };
  if (!(await poll(isShown, { timeoutMs: 120_000, everyMs: 500 })))
    throw new Error('the console does not show the symbols');
  await delay(3000); // what follows from the first look at positions
}

/** Bytes of events and of heartbeats that a page gets in a minute while nothing changes. */
async function idleBytes(pages: OpenPages, count: number, sec: number): Promise<{ events: number; beats: number }> {
  pages.forget();
  await delay(1000 * sec);
  const a = (bytes: number): number => (60 * bytes) / sec / count;
  return { events: a(pages.bytes.events), beats: a(pages.bytes.beats) };
}

/** From each change to each page. @throws Error where a page lacks a change */
function delaysOf(changes: readonly Change[], pages: OpenPages, count: number): number[] {
  return changes.flatMap(({ shownAs, sentMs }) => {
    const [id] = [...pages.texts].find(([, text]) => text.includes(shownAs)) ?? [''];
    const arrivals = pages.arrivals.get(id) ?? [];
    if (arrivals.length !== count) throw new Error(`${shownAs} came to ${arrivals.length} of ${count} pages`);
    return arrivals.map((ms) => ms - sentMs);
  });
}
