import type { Clock } from '@quantum/clock';
import type { RolloutMetrics } from '@quantum/metrics';
import { encodeDesk, encodeUsers, excludedOf, lastIdOf } from '@quantum/rollout-commands';
import { encodeFolds, evidenceCohort, NEW_FOLDS } from '@quantum/rollout-evidence';
import { encodeMemories } from '@quantum/rollout-guards';
import { encodeRolloutState, PUBLISHING, type RolloutPlan } from '@quantum/rollout-plan';
import { ShardRefusedError, type Lease, type Redis } from '@quantum/redis-io';
import type { Logger } from '@quantum/service-kit';
import { auditOf } from './audit.js';
import { decide, type CycleOutcome } from './decide.js';
import { deliverWaiting, encodeOutbox, tryDeliver, outboxOf, waitingOf, type Outbox } from './evidence-stream.js';
import { clockSkewSec, integrityOf } from './integrity.js';
import { loadSlot, type Loaded } from './load.js';
import { isPolicyMixed, policiesOf } from './market.js';
import type { RolloutMemory } from './memory.js';
import type { Plans } from './plans.js';
import { readMarket, type MarketRead } from './read-market.js';
import { epochOf, readSlot, STORED_VERSION, UnusableStateError, type SlotRead } from './read-slot.js';
import { NOTHING_SHOWN, show } from './show.js';
import { ChangedError, storeCycle, type Stored } from './store.js';
import type { Symbols } from './symbols.js';
import { writeMultipliers } from './write-multipliers.js';

/** What cycles work with. */
export interface CycleContext {
  redis: Redis;
  clock: Clock;
  /** The time of a cycle, from that of Redis, unix seconds. Tests move it. */
  timeSec: (redisSec: number) => number;
  intervalSec: number;
  /** Redis users whose commands are read. */
  users: readonly string[];
  symbols: Symbols;
  plans: Plans;
  memory: RolloutMemory;
  /** Version of this program, for the audit. */
  build: string;
  sha256: (text: string) => string;
  metrics: RolloutMetrics;
  logger: Logger;
  onProblem: (problem: string, error: unknown) => void;
}

/** What changes while a cycle decides makes it decide again, so often at most. */
const MAX_ATTEMPTS = 3;

/**
 * One cycle: reads, decides, writes state, epoch, evidence and audit by one script, then the multipliers.
 * @throws ShardRefusedError where the lease is lost; UnusableStateError, where nothing may be renewed; ChangedError;
 * BatchError, or the error of Redis
 */
export async function runCycle(context: CycleContext, lease: Lease, onRefused: (refused: ShardRefusedError) => void): Promise<void> {
  const { metrics } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await attemptCycle(context, lease);
      return;
    } catch (error) {
      if (error instanceof UnusableStateError) {
        metrics.stateProblems.inc({ problem: error.problem });
        metrics.show(NOTHING_SHOWN);
      }
      if (error instanceof ShardRefusedError) {
        metrics.refused.inc({ reason: 'fence' });
        onRefused(error);
      }
      if (!(error instanceof ChangedError)) throw error;
      metrics.refused.inc({ reason: error.what });
      if (attempt >= MAX_ATTEMPTS) throw error;
    }
  }
} // prettier-ignore

async function attemptCycle(context: CycleContext, lease: Lease): Promise<void> {
  const { redis, clock, memory, metrics, plans, sha256, onProblem } = context;
  const askedSec = clock.wallSec();
  const slot = await readSlot(redis);
  const skewSec = clockSkewSec(askedSec, context.timeSec(slot.nowSec), clock.wallSec());
  const read = { ...slot, nowSec: context.timeSec(slot.nowSec) };
  const loaded = loadSlot(read, context.users, memory.stored);
  if (loaded.lost !== undefined) metrics.stateProblems.inc({ problem: 'lost' });
  const stored = read.period?.outbox ?? '';
  const waiting = memory.delivered === stored ? [] : await deliverWaiting(context, loaded.outbox);

  const { market, current, isKnownSymbol } = await readAll(context, read, loaded);
  const unpublished = await plans.unknownPolicies(policiesOf(market.symbols));
  // Which policy is in force is not known either while proposals carry several.
  const unknownPolicies = unpublished === 0 && isPolicyMixed(market.symbols) ? NaN : unpublished;
  const outcome = decide({
    nowSec: read.nowSec,
    intervalSec: context.intervalSec,
    epoch: epochOf(read),
    token: lease.token,
    loaded,
    current,
    planOf: (hash) => plans.get(hash),
    market,
    times: memory.lastSeen.see(market.symbols),
    users: context.users,
    integrity: integrityOf(memory.own, memory.writes, market, {
      token: lease.token,
      unknownPolicies,
      clockSkewSec: skewSec,
      isRecorded: waiting.length === 0,
    }),
    isKnownSymbol,
    sha256,
  });

  await plans.store(outcome.plans);
  const outbox = waitingOf(context, waiting, outboxOf(outcome.evidence, read.nowSec));
  await storeCycle(redis, lease, read, writtenBy(context, lease, read, { loaded, outcome, outbox }));
  memory.stored = { cycleSec: read.nowSec, epoch: outcome.epoch };
  count(context, outcome);
  const failures = await writeMultipliers(context, lease, { outcome, read, market, current });
  for (const { symbol, reason, message } of failures) {
    if (reason === 'fence') metrics.refused.inc({ reason });
    onProblem(`the multiplier of ${symbol} was not written`, new Error(message));
  }
  if (await tryDeliver(context, outbox)) memory.delivered = encodeOutbox(outbox);
  show(context, { outcome, read, market, current });
}

/** What a cycle writes by one script: its state, the evidence that is gathered, a new epoch and the audit. */
function writtenBy(
  { users, build, sha256 }: CycleContext,
  lease: Lease,
  read: SlotRead,
  { loaded, outcome, outbox }: { loaded: Loaded; outcome: CycleOutcome; outbox: Outbox },
): Stored {
  const { state } = outcome;
  return {
    state: {
      version: STORED_VERSION,
      state: encodeRolloutState(state),
      desk: encodeDesk(outcome.desk),
      users: encodeUsers(users),
      memories: encodeMemories(outcome.memories),
      fence: lease.token,
      cycle: String(read.nowSec),
      renewed: outcome.renews && PUBLISHING.has(state.name) ? '1' : '0',
    },
    period: {
      version: STORED_VERSION,
      folds: encodeFolds(outcome.folded?.folds ?? loaded.folds ?? NEW_FOLDS),
      outbox: encodeOutbox(outbox),
    },
    newEpoch: outcome.epoch === epochOf(read) ? undefined : (outcome.epoch ?? undefined),
    audit: auditOf(outcome.happenings, read.audit?.fields, { tsEpochSec: read.nowSec, build }, sha256),
  };
}

/**
 * Reads plans and market: for the plan that runs, or else for the last that was submitted, whose evidence is gathered.
 */
async function readAll(
  { redis, users, symbols, plans, logger, onProblem }: CycleContext,
  { nowSec }: SlotRead,
  { state, desk }: Loaded,
): Promise<{
  market: MarketRead;
  current: { plan: RolloutPlan; hash: string } | undefined;
  isKnownSymbol: (symbol: string) => boolean;
}> {
  const submitted = desk.plans.at(-1)?.hash ?? '';
  const hash = state.name === 'off' || state.plan === '' ? submitted : state.plan;
  await plans.load([...new Set([hash, ...desk.plans.map((known) => known.hash)])].filter((each) => each !== ''));
  const restored = await plans.restore();
  if (restored.length > 0) logger.warn({ plans: restored }, 'Redis has lost plans: they are stored again');
  const plan = plans.get(hash);
  if (!plan && state.plan !== '') logger.error({ plan: hash }, 'the plan is not in Redis: nothing is renewed');
  const listed = await symbols.list();
  const market = await readMarket(redis, {
    nowSec,
    // A plan may be submitted and started in one cycle: it needs the policy that proposals carry.
    planned: plan ? new Set(evidenceCohort(plan)) : listed.targets,
    excluded: excludedOf(desk, hash),
    ...listed,
    lastIds: users.map((user) => ({ user, id: lastIdOf(desk, user) })),
  });
  for (const { user, error } of market.unreadable) onProblem(`the commands of ${user} cannot be read`, error);
  return {
    market,
    current: plan && { plan, hash },
    isKnownSymbol: (symbol) => listed.targets.has(symbol) || market.symbols.get(symbol)?.baseUsd !== undefined,
  };
}

function count({ metrics, logger }: CycleContext, { moves, happenings }: CycleOutcome): void {
  for (const [to, reason] of moves) metrics.transitions.inc({ to, reason });
  for (const { actor = 'rollout', event, reason, refusal, from, to } of happenings) {
    if (event === 'slew') continue;
    logger.info({ actor, event, reason, refusal, from: from.name, to: to.name, stage: to.stage }, 'rollout');
  }
}
