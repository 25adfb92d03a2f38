import { groupsOf, type Group, type Redis } from '@quantum/redis-io';
import { isOurs } from '@quantum/service-kit';
import {
  blockKey,
  dailyKey,
  inFlightKey,
  decidedKey,
  efficiencyKey,
  isLaterId,
  lastExecKey,
  permitKey,
  proposedKey,
  STREAMS,
  targetKey,
  windowKey,
} from '@quantum/redis-schemas';
import { lastEntryId, poll, StreamCursor } from '@quantum/testbed';
import type { PlanWatch } from './observe/plans.js';
import type { ProposalWatch } from './observe/proposals.js';
import { casesOf, type Fixture } from './fixture.js';
import { dropIfUnused, removeEntries, removeKeys } from './redis-removal.js';
import type { Settings } from './settings.js';

/** Maximum time for the services to finish plans that they hold, ms. */
const PLANS_PATIENCE_MS = 8000;
/** Maximum time for the governor to read and finish plans, ms: a live one waits on the stream. */
const READ_PATIENCE_MS = 2000;
const POLL_MS = 20;

/** The ends of the streams before a run; undefined for streams that did not exist. */
export type Marks = ReadonlyMap<string, string | undefined>;

/** Records the ends of these streams. */
export async function markStreams(redis: Redis, streams: readonly string[]): Promise<Marks> {
  const marks = streams.map(async (stream) => {
    const exists = (await redis.exists(stream)) === 1;
    return [stream, exists ? await lastEntryId(redis, stream) : undefined] as const;
  });
  return new Map(await Promise.all(marks));
}

export interface CleanupOptions {
  redis: Redis;
  fixture: Fixture;
  settings: Settings;
  marks: Marks;
  proposals: ProposalWatch;
  plans: PlanWatch;
  /** Maximum wait for a cycle, ms. */
  cyclePatienceMs: number;
  /** Called with progress, and with everything that may be left. */
  tell: (text: string) => void;
}

/**
 * Removes everything that a run has caused. First the services' inputs, then, when the services have finished, their
 * outputs.
 */
export class Cleanup {
  readonly #options: CleanupOptions;
  #withdrawn = false;
  /** Number of removed keys and entries. */
  removed = 0;

  constructor(options: CleanupOptions) {
    this.#options = options;
  }

  /** Removes the inputs and waits until the services have finished with them. A second call does nothing. */
  async withdraw(signal: AbortSignal): Promise<void> {
    if (this.#withdrawn) return;
    const { redis, fixture, proposals, cyclePatienceMs, tell } = this.#options;
    tell('taking the inputs back, waiting until the services are done with them');
    const symbols = fixture.cases.map(({ symbol }) => symbol);
    this.removed += await removeKeys(redis, symbols.flatMap((symbol) => [targetKey(symbol), efficiencyKey(symbol)])); // prettier-ignore
    const [quiet, served] = await Promise.all([
      casesOf(fixture, 1).length === 0 || proposals.quiet(cyclePatienceMs, signal),
      this.#takePlansBack(signal),
    ]);
    const left = 'what it may still write goes by its own time to live';
    if (!quiet) tell(`no whole cycle of the proposer within ${Math.round(cyclePatienceMs / 1000)} s: ${left}`);
    if (!served) tell(`the plan stream's readers did not finish our plans: ${left}`);
    this.#withdrawn = true;
  }

  /** Removes the services' outputs for our symbols, and our entries from every stream. */
  async erase(): Promise<void> {
    const { redis, fixture, settings, marks, proposals } = this.#options;
    this.removed += await removeKeys(
      redis,
      fixture.cases.flatMap(({ symbol, planId }) => [
        proposedKey(symbol), windowKey(symbol), dailyKey(symbol), inFlightKey(symbol), lastExecKey(symbol),
        permitKey(planId), blockKey(planId), decidedKey(planId),
      ]),
    ); // prettier-ignore
    await proposals.read();
    this.removed += await removeEntries(redis, settings.proposedStream, proposals.ids);
    await this.#forgetPending();
    for (const stream of [settings.eventsStream, STREAMS.deadletter]) {
      this.removed += await removeEntries(redis, stream, await this.#ownEntries(stream));
    }
    for (const [stream, mark] of marks) if (mark === undefined) await dropIfUnused(redis, stream);
  }

  /**
   * A plan that disappears before a live governor is done with it may count as lost. So it is left until then, for a
   * while. Redis 7.0 lists a governor as a consumer only after its first plan: a group that lists none may be about to
   * read.
   */
  async #takePlansBack(signal: AbortSignal): Promise<boolean> {
    const { redis, settings, plans } = this.#options;
    const isDone = async (): Promise<boolean> => {
      const ours = (await groupsOf(redis, settings.plansStream)).filter(isOurs);
      const isRead = ours.every(({ lastDeliveredId }) => plans.ids.every((id) => !isLaterId(id, lastDeliveredId)));
      return isRead && (await this.#isServedBy(ours));
    };
    await poll(isDone, { timeoutMs: READ_PATIENCE_MS, everyMs: POLL_MS, signal });
    // A governor that holds a plan still will finish it; no other may get it.
    this.removed += await removeEntries(redis, settings.plansStream, plans.ids);
    return this.plansServed(signal);
  }

  /**
   * Whether every reader of the plan stream has acknowledged our plans; without a reader there is nothing to wait for.
   */
  async plansServed(signal: AbortSignal): Promise<boolean> {
    const { redis, settings, plans } = this.#options;
    if (plans.ids.length === 0) return true;
    const isServed = async (): Promise<boolean> => this.#isServedBy(await groupsOf(redis, settings.plansStream));
    return (await poll(isServed, { timeoutMs: PLANS_PATIENCE_MS, everyMs: POLL_MS, signal })) ?? false;
  }

  async #isServedBy(groups: readonly Group[]): Promise<boolean> {
    const pending = await Promise.all(groups.map(({ name }) => this.#pendingIds(name)));
    return pending.every((ids) => ids.length === 0);
  }

  async #pendingIds(group: string): Promise<string[]> {
    const { redis, settings, plans } = this.#options;
    const [first = '-', last = '+'] = [plans.ids[0], plans.ids.at(-1)];
    const pending = (await redis.xpending(settings.plansStream, group, first, last, 1000)) as [string, ...unknown[]][];
    const own = new Set(plans.ids);
    return pending.map(([id]) => id).filter((id) => own.has(id));
  }

  /** A dead governor holds our entries and must not find them again. Entries of other groups are not ours. */
  async #forgetPending(): Promise<void> {
    const { redis, settings, plans } = this.#options;
    if (plans.ids.length === 0) return;
    const ours = (await groupsOf(redis, settings.plansStream)).filter(isOurs);
    for (const { name } of ours) await redis.xack(settings.plansStream, name, ...plans.ids);
  }

  /** Entries since the start that name our symbols. */
  async #ownEntries(stream: string): Promise<string[]> {
    const { redis, fixture, marks } = this.#options;
    const symbols = new Set(fixture.cases.map(({ symbol }) => symbol));
    const own: string[] = [];
    for await (const entries of new StreamCursor(stream, marks.get(stream)).pages(redis)) {
      own.push(...entries.filter(({ fields }) => symbols.has(fields['symbol'] ?? '')).map(({ id }) => id));
    }
    return own;
  }
}
