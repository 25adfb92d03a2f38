import type { Redis } from '@quantum/redis-io';
import { takeKillSwitch } from './kill-switch.js';
import type { PlanWatch } from './observe/plans.js';
import type { ProposalWatch } from './observe/proposals.js';
import { snapshotTargets, type TargetEvidence } from './observe/targets.js';
import { casesOf, proposalPatienceMs, type Fixture } from './fixture.js';
import type { Settings } from './settings.js';

/** The governor decides in milliseconds; a replica that claims a dead one's entries needs GOV_CLAIM_IDLE_SEC. */
export const PLAN_PATIENCE_MS = 10_000;
/** Less than the TTL of the kill switch. */
const KILL_PATIENCE_MS = 8000;

export interface ActOptions {
  redis: Redis;
  settings: Settings;
  signal: AbortSignal;
  progress: (line: string) => void;
}

/** Waits for the proposals, and reads the live targets before and after. Undefined if no whole cycle was seen. */
export async function watchProposals(
  fixture: Fixture,
  watch: ProposalWatch,
  { redis, settings, signal, progress }: ActOptions,
): Promise<TargetEvidence[] | undefined> {
  const cases = casesOf(fixture, 1);
  if (cases.length === 0) return undefined;
  const symbols = cases.map(({ symbol }) => symbol);
  const targetsBefore = await snapshotTargets(redis, symbols);
  const patienceMs = proposalPatienceMs(settings);
  progress(
    `step 1: waiting for the next cycle (every ${settings.loopIntervalSec} s) to propose ${cases.length} targets`,
  );
  await watch.waitForAll(patienceMs, signal, (symbol) => {
    progress(`step 1: proposal ${watch.proposals.size} of ${cases.length}: ${nameOf(cases, symbol)}`);
  });
  if (watch.proposals.size === 0 || !(await watch.cycleEnded(patienceMs, signal))) return undefined;
  const targetsAfter = await snapshotTargets(redis, symbols);
  return symbols.flatMap((symbol, i) => {
    const [before, after] = [targetsBefore[i], targetsAfter[i]];
    return before && after ? [{ symbol, before, after }] : [];
  });
}

/** Submits the plans and waits until they are decided. Resolves to why the kill switch was left alone, if it was. */
export async function servePlans(fixture: Fixture, watch: PlanWatch, options: ActOptions): Promise<string | undefined> {
  const { redis, settings, signal, progress } = options;
  const cases = casesOf(fixture, 2);
  const onSeen = (planId: string) => {
    progress(`step 2: decision ${watch.decisions.size} of ${cases.length}: ${nameOf(cases, planId)}`);
  };
  const plain = cases.filter(({ arrange }) => !arrange.underKillSwitch);
  if (plain.length > 0) await watch.serve(plain, PLAN_PATIENCE_MS, signal, onSeen);
  const killed = cases.filter(({ arrange }) => arrange.underKillSwitch);
  // Without decisions, the kill switch would prove nothing.
  if (killed.length === 0 || watch.decisions.size === 0) return undefined;
  const taken = await takeKillSwitch(redis, settings.killKeys);
  if (typeof taken === 'string') return taken;
  try {
    await watch.serve(killed, KILL_PATIENCE_MS, signal, onSeen);
  } finally {
    await taken.release();
  }
  return undefined;
}

const nameOf = (cases: ReturnType<typeof casesOf>, id: string): string =>
  cases.find(({ symbol, planId }) => symbol === id || planId === id)?.name ?? id;
