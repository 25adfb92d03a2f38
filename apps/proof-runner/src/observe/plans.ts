import { systemClock } from '@quantum/clock';
import { runBatch, type Command, type Redis, type Reply } from '@quantum/redis-io';
import { blockKey, decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { poll, StreamCursor } from '@quantum/testbed';
import { planEntries, type Case } from '../fixture.js';

/** A permit may be consumed at any moment, so it is polled often. */
const POLL_MS = 5;

export interface Decision {
  /** The permit under its key. */
  permit?: string;
  record?: string;
  /** The refusal record. */
  block?: string;
  /** Time to live of the permit, or of the refusal record, ms; -1 for none, -2 if it was gone. */
  ttlMs: number;
  ms: number;
}

/** Submits the plans of cases and observes their outcome. */
export class PlanWatch {
  readonly #redis: Redis;
  readonly #stream: string;
  readonly #letters: StreamCursor;
  /** Ids of all our entries on the plan stream. */
  readonly ids: string[] = [];
  readonly decisions = new Map<string, Decision>();
  /** Fields of dead letters, by the id of the invalid entry. */
  readonly deadLetters = new Map<string, Record<string, string>>();
  readonly #garbageIds = new Map<string, string>();

  /** `deadletterFrom`: the previous end of the dead-letter stream. */
  constructor(redis: Redis, stream: string, deadletterFrom: string) {
    this.#redis = redis;
    this.#stream = stream;
    this.#letters = new StreamCursor(STREAMS.deadletter, deadletterFrom);
  }

  /** Adds the cases' entries to the stream and waits until each is decided, or the time is over. */
  async serve(
    cases: readonly Case[],
    timeoutMs: number,
    signal: AbortSignal,
    onSeen: (planId: string) => void,
  ): Promise<void> {
    const startMs = systemClock.steadyMs();
    await this.#submit(cases);
    const look = async (): Promise<boolean> => {
      await this.#takeDecisions(cases, systemClock.steadyMs() - startMs, onSeen);
      await this.#takeDeadLetters(cases);
      return cases.every((one) => this.decisions.has(one.planId) && !this.#lacksDeadLetter(one));
    };
    await poll(look, { timeoutMs, everyMs: POLL_MS, signal });
  }

  /** Includes our entries that an earlier run left on the stream. */
  async find(cases: readonly Case[]): Promise<void> {
    const symbols = new Set(cases.map(({ symbol }) => symbol));
    for await (const entries of new StreamCursor(this.#stream).pages(this.#redis)) {
      this.ids.push(...entries.filter(({ fields }) => symbols.has(fields['symbol'] ?? '')).map(({ id }) => id));
    }
  }

  async #submit(cases: readonly Case[]): Promise<void> {
    const nowSec = Math.floor(systemClock.wallSec());
    const planned = cases.flatMap((one) => planEntries(one, nowSec).map((fields) => ({ one, fields })));
    const replies = await runBatch(
      this.#redis,
      planned.map(({ fields }): Command => ['xadd', this.#stream, '*', ...Object.entries(fields).flat()]),
    );
    replies.forEach((reply, i) => {
      if (!reply.ok) throw reply.error;
      const id = reply.value as string;
      this.ids.push(id);
      const { one, fields } = planned[i] as (typeof planned)[number];
      if (fields['plan_id'] !== one.planId) this.#garbageIds.set(one.planId, id);
    });
  }

  async #takeDecisions(cases: readonly Case[], ms: number, onSeen: (planId: string) => void): Promise<void> {
    const open = cases.map(({ planId }) => planId).filter((planId) => !this.decisions.has(planId));
    // The record first: it is set together with the permit. Then a permit that is missing later was consumed.
    const replies = await runBatch(
      this.#redis,
      open.flatMap((id): Command[] => [
        ['get', decidedKey(id)],
        ['get', permitKey(id)],
        ['get', blockKey(id)],
        ['pttl', permitKey(id)],
        ['pttl', blockKey(id)],
      ]),
    );
    open.forEach((planId, i) => {
      const own = replies.slice(5 * i, 5 * i + 5);
      const [record, permit, block] = own.map(textOf);
      const [ttl] = own.slice(block === undefined ? 3 : 4);
      const ttlMs = ttl?.ok ? Number(ttl.value) : NaN;
      const consumed = record !== undefined && /"outcome":"permit"/.test(record);
      if (permit === undefined && block === undefined && !consumed) return;
      const found = { ...(record && { record }), ...(permit && { permit }), ...(block && { block }) };
      this.decisions.set(planId, { ...found, ttlMs, ms });
      onSeen(planId);
    });
  }

  #lacksDeadLetter({ planId }: Case): boolean {
    const id = this.#garbageIds.get(planId);
    return id !== undefined && !this.deadLetters.has(planId);
  }

  async #takeDeadLetters(cases: readonly Case[]): Promise<void> {
    const lacking = cases.filter((one) => this.#lacksDeadLetter(one));
    if (lacking.length === 0) return;
    for (const { fields } of await this.#letters.read(this.#redis)) {
      const own = lacking.find(({ planId }) => this.#garbageIds.get(planId) === fields['entry_id']);
      if (own) this.deadLetters.set(own.planId, fields);
    }
  }
}

const textOf = (reply: Reply): string | undefined =>
  reply.ok && typeof reply.value === 'string' ? reply.value : undefined;
