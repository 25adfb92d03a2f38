import { runBatch } from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { lastEntryId } from '@quantum/testbed';
import { PLAN_PATIENCE_MS, servePlans, watchProposals, type ActOptions } from './act.js';
import { Cleanup, markStreams } from './cleanup.js';
import { commandsFor } from './commands.js';
import { PlanWatch } from './observe/plans.js';
import { ProposalWatch } from './observe/proposals.js';
import {
  anyReadable,
  largest,
  probe,
  scrape,
  unreadable,
  type Scrape,
  type ServiceEvidence,
} from './observe/service.js';
import { preflightPlans, redisWarning } from './preflight.js';
import type { Step } from './proofs/arrangement.js';
import type { Proof } from './proofs/proof.js';
import { judge, unseen, type Result } from './result.js';
import { casesOf, createFixture, inputCommands, proposalPatienceMs, streamsOf, type Fixture } from './fixture.js';
import type { Deployment } from './spawn.js';
import { settleAll } from './settle-all.js';

const KNOWN_METRIC: Record<Step, string> = { 1: 'p29_shadow_loops_total', 2: 'p32_eff_apply_total' };

export interface ProveOptions extends ActOptions {
  deployment: Deployment;
  proofs: readonly Proof[];
  steps: ReadonlySet<Step>;
  /** The run's name. */
  run: string;
  /** Whether the deployment is private. */
  exact: boolean;
  /** Plans may be submitted although others read them too. */
  live: boolean;
  allowKillSwitch: boolean;
  /** Called with the results as soon as they are known; the clean-up may take a cycle more. */
  report: (results: readonly Result[]) => Promise<void>;
}

/**
 * Runs the proofs of the chosen steps. When this settles, its own writes and the services' outputs for it are removed.
 * @throws CannotRun when no service answers or Redis goes away, Interrupted by way of `signal`.
 */
export async function prove(given: ProveOptions): Promise<Result[]> {
  const chosen = given.proofs.filter(({ steps }) => steps.some((step) => given.steps.has(step)));
  const before = await scrapeAll(given);
  const options = { ...given, settings: withServedInterval(given.settings, before.get(1)) };
  if (!anyReadable(...before.values())) {
    throw new CannotRun(
      `No service answers: ${unreadable(...before.values()).join('; ')}. Start one, or say where they answer: --allocation-metrics URL, --governor-metrics URL.`,
    );
  }
  const warning = await redisWarning(options.redis);
  if (warning !== undefined) options.progress(warning);
  const { ready, set } = await sortOut(chosen, options);
  const fixture = createFixture(ready, options.steps, options.settings, options.run);
  const conclude = async (results: readonly Result[]): Promise<Result[]> => {
    const all = new Map([...set, ...results].map((result) => [result.name, result]));
    const inOrder = chosen.flatMap(({ name }) => all.get(name) ?? []);
    await options.report(inOrder);
    return inOrder;
  };
  return ready.length === 0 ? conclude([]) : perform(ready, fixture, before, options, conclude);
}

/**
 * The proposer says how often it proposes. A cycle each minute must not fail for a variable that the runner was not
 * given.
 */
export function withServedInterval<S extends { loopIntervalSec: number }>(settings: S, proposer?: Scrape): S {
  const servedSec = proposer && largest(proposer, 'p29_shadow_loop_interval_seconds');
  return { ...settings, loopIntervalSec: Math.max(settings.loopIntervalSec, servedSec ?? 0) };
}

/** Sets aside the proofs that must not run. */
async function sortOut(chosen: readonly Proof[], options: ProveOptions): Promise<{ ready: Proof[]; set: Result[] }> {
  const { redis, settings, live, steps, allowKillSwitch, progress } = options;
  const { reason, readers } = steps.has(2) ? await preflightPlans(redis, settings, live) : {};
  if (readers !== undefined) progress(`plans go to ${settings.plansStream}, which is also read by ${readers}`);
  const set = chosen.flatMap((proof): Result[] => {
    if (reason !== undefined && proof.steps.includes(2)) return [unseen(proof, 'not run', reason)];
    if (proof.arrange?.underKillSwitch && !allowKillSwitch) {
      return [unseen(proof, 'skipped', 'it needs --allow-kill-switch: it throws the kill switch for a moment')];
    }
    return [];
  });
  const names = new Set(set.map(({ name }) => name));
  return { ready: chosen.filter(({ name }) => !names.has(name)), set };
}

async function perform(
  proofs: readonly Proof[],
  fixture: Fixture,
  before: ReadonlyMap<Step, Scrape>,
  options: ProveOptions,
  conclude: (results: readonly Result[]) => Promise<Result[]>,
): Promise<Result[]> {
  const { redis, settings, signal, progress, exact } = options;
  const marks = await markStreams(redis, streamsOf(settings));
  const symbols = casesOf(fixture, 1).map(({ symbol }) => symbol);
  const fromId = marks.get(settings.proposedStream) ?? '0-0';
  const proposals = new ProposalWatch(redis, settings.proposedStream, symbols, fromId);
  const plans = new PlanWatch(redis, settings.plansStream, await lastEntryId(redis, STREAMS.deadletter));
  const cyclePatienceMs = proposalPatienceMs(settings);
  const tell = (text: string) => {
    progress(`clean-up: ${text}`);
  };
  const cleanup = new Cleanup({ redis, fixture, settings, marks, proposals, plans, cyclePatienceMs, tell });
  try {
    for (const reply of await runBatch(redis, inputCommands(fixture))) if (!reply.ok) throw reply.error;
    progress(`inputs of ${fixture.cases.length} proofs written`);
    const [targets, killReason] = await settleAll(
      watchProposals(fixture, proposals, options),
      servePlans(fixture, plans, options),
    );
    // Counts are exact only when nothing is in flight any more. If others count too, there is no need to wait for that.
    if (exact) await cleanup.withdraw(signal);
    else await cleanup.plansServed(signal);
    const services = await servicesAfter(before, options);
    const findings = {
      settings, fixture, services, targets,
      exact,
      consumers: options.live,
      proposals: proposals.proposals,
      missingProposal: (symbol: string) => proposals.missing(symbol),
      proposalReasons: proposals.reasons,
      decisions: plans.decisions,
      deadLetters: plans.deadLetters,
      patienceSec: { 1: cyclePatienceMs / 1000, 2: PLAN_PATIENCE_MS / 1000 },
    }; // prettier-ignore
    const commandsOf = options.deployment.logs ? () => [] : commandsFor(options.deployment, settings);
    return await conclude(
      proofs.map((proof) =>
        killReason !== undefined && proof.arrange?.underKillSwitch
          ? unseen(proof, 'skipped', killReason)
          : judge(proof, findings, commandsOf),
      ),
    );
  } finally {
    // A private Redis is removed as a whole, and Ctrl-C has ended its services already: there is nothing to wait for.
    const goesAnyway = exact && signal.aborted;
    if (!goesAnyway) await takeBack(cleanup, fixture, tell);
  }
}

/** In any case, also after an interruption. A signal of its own: the interruption must not stop the clean-up. */
async function takeBack(cleanup: Cleanup, { ttlSec }: Fixture, tell: (text: string) => void): Promise<void> {
  try {
    await cleanup.withdraw(new AbortController().signal);
    await cleanup.erase();
    tell('done');
  } catch (error) {
    tell(`${messageOf(error)}: inputs end by themselves within ${ttlSec} s, entries of streams named PROOF_... stay`);
  }
}

const urlsOf = ({ allocationMetrics, governorMetrics }: Deployment, step: Step): readonly string[] =>
  step === 1 ? allocationMetrics : governorMetrics;

async function scrapeAll({ deployment, steps }: ProveOptions): Promise<Map<Step, Scrape>> {
  const all = [...steps].map(
    async (step) => [step, await scrape(urlsOf(deployment, step), KNOWN_METRIC[step])] as const,
  );
  return new Map(await Promise.all(all));
}

async function servicesAfter(
  before: ReadonlyMap<Step, Scrape>,
  options: ProveOptions,
): Promise<Map<Step, ServiceEvidence>> {
  const after = await scrapeAll(options);
  const all = [...before].map(async ([step, scraped]) => {
    const probes = await probe(urlsOf(options.deployment, step));
    return [step, { probes, before: scraped, after: after.get(step) ?? new Map() }] as const;
  });
  return new Map(await Promise.all(all));
}
