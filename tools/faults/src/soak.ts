import { readdirSync, readFileSync } from 'node:fs';
import { STREAMS } from '@quantum/redis-schemas';
import { repeat } from '@quantum/testbed';
import { withHarness, type Harness } from './harness/harness.js';
import { stopAll, watchHealth } from './harness/health.js';
import { endTrade, startGovernor, startTrade } from './governor/run.js';
import { LIMITS } from './governor/settings.js';
import { drawQuotes, writeQuotes } from './proposer/market.js';
import { startProposer } from './proposer/run.js';
import type { Context, Finding, Outcome, Scenario } from './scenario.js';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE_MS = 1000;
const PLANS_PER_SEC = 20;
const SYMBOLS = 200;
/** Memory grows until caches and the heap have their size: this fraction of the time is left out. */
const WARM_UP = 0.4;
/** Maximum growth of a service's memory from the first third of the observed time to the last, MiB. */
const MAX_GROWTH_MIB = 25;
const MAX_NEW_HANDLES = 3;
/** Approximate bounds of the streams; Redis trims whole nodes of up to a hundred entries. */
const STREAM_BOUNDS: Readonly<Record<string, number>> = {
  [STREAMS.proposed]: 10_000 + 200,
  [STREAMS.events]: 10_000 + 200,
  [STREAMS.deadletter]: 10_000 + 200,
};

/** The resources of a process at one moment. */
export interface Sample {
  rssMib: number;
  handles: number;
}

/** Both services at load for minutes: memory, handles and streams stay within bounds. */
export const soakScenario: Scenario = { name: 'soak', run };

async function run(context: Context): Promise<Outcome> {
  return withHarness(context, {}, async (harness) => {
    await writeQuotes(harness.client, drawQuotes(context.random, SYMBOLS, Date.now() / 1000));
    const governor = startGovernor(harness);
    const proposer = startProposer(harness, { PROPOSE_STREAM_MAXLEN: '10000' });
    const services = [governor, proposer];
    await Promise.all(services.map((service) => service.untilReady()));
    const health = watchHealth(services, SAMPLE_MS);
    const trade = await startTrade(harness, context, PLANS_PER_SEC);
    const samples = services.map((): Sample[] => []);
    const sampling = repeat(async () => {
      services.forEach(({ pid }, i) => samples[i]?.push(sampleOf(pid)));
      await Promise.resolve();
    }, SAMPLE_MS);
    await delay(context.minutes * 60_000);
    await sampling.stop();
    await health.stop();
    const outcome = await endTrade(trade, { limits: LIMITS, allConsumed: true });
    const growths = samples.map(growthOf);
    const findings: Finding[] = [
      ...outcome.findings,
      ...health.findings(),
      ...health.reasons.map((text) => ({ kind: 'not_ready', text })),
      ...growths.flatMap(({ rssMib, handles }, i) => [
        ...(rssMib > MAX_GROWTH_MIB
          ? [{ kind: 'memory_grows', text: `service ${i}: by ${rssMib.toFixed(1)} MiB` }]
          : []),
        ...(handles > MAX_NEW_HANDLES ? [{ kind: 'handles_grow', text: `service ${i}: by ${handles}` }] : []),
      ]),
      ...(await streamFindings(harness)),
      ...(await stopAll(services)),
    ];
    return { findings, numbers: { minutes: context.minutes, ...outcome.numbers, ...describe(samples, growths) } };
  });
}

function sampleOf(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rssKib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return { rssMib: rssKib / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
}

/** Growth from the first third of the samples to the last, both by their medians, after the warm-up. */
export function growthOf(samples: readonly Sample[]): Sample {
  const steady = samples.slice(Math.floor(samples.length * WARM_UP));
  const third = Math.ceil(steady.length / 3);
  const [early, late] = [steady.slice(0, third), steady.slice(-third)];
  return {
    rssMib: median(late.map(({ rssMib }) => rssMib)) - median(early.map(({ rssMib }) => rssMib)),
    handles: median(late.map(({ handles }) => handles)) - median(early.map(({ handles }) => handles)),
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function streamFindings({ client }: Harness): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [stream, bound] of Object.entries(STREAM_BOUNDS)) {
    const length = await client.xlen(stream);
    if (length > bound) findings.push({ kind: 'stream_grows', text: `${stream} has ${length} entries` });
  }
  return findings;
}

function describe(samples: readonly (readonly Sample[])[], growths: readonly Sample[]): Record<string, string> {
  const names = ['governor', 'proposer'];
  return Object.fromEntries(
    names.map((name, i) => {
      const last = samples[i]?.at(-1);
      const growth = growths[i];
      const memory = `${last?.rssMib.toFixed(0) ?? '?'} MiB (${growth?.rssMib.toFixed(1) ?? '?'} growth)`;
      return [name, `${memory}, ${last?.handles ?? '?'} handles`];
    }),
  );
}
