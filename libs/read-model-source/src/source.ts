import { systemClock, type Clock } from '@quantum/clock';
import { SCORE_VERSION } from '@quantum/decisions';
import { foldCycle, type CycleReadings, type KnownService, type Model } from '@quantum/read-model';
import { READ_PAGE, runBatch, runScripts, SlotDownError, timeMsOf, type Redis } from '@quantum/redis-io';
import { parseNumber } from '@quantum/redis-schemas';
import { SERVICES } from '@quantum/service-config';
import { readKeys } from './keys.js';
import { OperatorAudits } from './operator-audits.js';
import { probe, type ProbeAddress } from './probe.js';
import { readServer } from './server.js';
import { signCommands, signsOf, switchCommands, switchesOf } from './signs.js';
import { joined, Streams, type StreamReadings } from './streams.js';

export interface SourceOptions {
  readonly redis: Redis;
  /**
   * Streams are read from here on, seconds before the first cycle; default: an hour, so that scores have their history.
   */
  readonly backSec?: number;
  /**
   * Positions, rollout, switches, signs of life and probes are read so often, milliseconds; default 2000. Streams in
   * every cycle.
   */
  readonly keysEveryMs?: number;
  /** Services to ask over HTTP, at every call; without it their signs of life in Redis are all. */
  readonly probes?: () => readonly ProbeAddress[];
  readonly clock?: Clock;
}

/** Reads what a cycle folds. It only reads, and needs no permission to write. */
export interface ModelSource {
  /**
   * Reads once. Never rejects: where Redis does not answer, the readings say so. `withKeys`: whether polled keys are
   * read; default: when they are due.
   */
  read(model: Model, withKeys?: boolean): Promise<CycleReadings>;
  /** Whether streams had more than the last read took: then read again at once. */
  readonly isBehind: boolean;
}

const HOUR_SEC = 3600;
const SERVER_EVERY_MS = 10_000;

/** The services that leave a sign of life, for `newModel`. The console leaves none: that it answers is one. */
export const knownServices = (): readonly KnownService[] =>
  SERVICES.filter(({ sign }) => sign !== undefined).map(({ name, app, byNameOnly }) => ({
    name,
    app,
    isExpected: byNameOnly === undefined,
  }));

/** A source that reads from now on, and `backSec` before. */
export const openSource = (options: SourceOptions): ModelSource => new RedisSource(options);

class RedisSource implements ModelSource {
  readonly #options: Required<Pick<SourceOptions, 'redis' | 'backSec' | 'keysEveryMs' | 'probes' | 'clock'>>;
  readonly #audits = new OperatorAudits();
  #streams: Streams | undefined;
  #fromSec: number | undefined;
  #keysAtMs = -Infinity;
  #serverAtMs = -Infinity;
  isBehind = false;

  constructor({ redis, backSec = HOUR_SEC, keysEveryMs = 2000, probes = () => [], clock = systemClock }: SourceOptions) {
    this.#options = { redis, backSec, keysEveryMs, probes, clock };
  } // prettier-ignore

  async read(model: Model, withKeys?: boolean): Promise<CycleReadings> {
    const { clock, keysEveryMs, probes } = this.#options;
    const steadyMs = clock.steadyMs();
    const isDue = withKeys ?? steadyMs - this.#keysAtMs >= keysEveryMs;
    const addresses = isDue ? probes() : [];
    // Where keys are asked for, and not merely due, someone waits for the whole picture.
    if (isDue) await this.#audits.poll(this.#options.redis, steadyMs, withKeys === true);
    const [found, answers] = await Promise.all([this.#fromRedis(model, isDue, steadyMs), probe(addresses)]);
    if (isDue) this.#keysAtMs = steadyMs;
    return { ...found, ...(addresses.length > 0 && { probes: answers }) };
  }

  async #fromRedis(model: Model, isDue: boolean, steadyMs: number): Promise<CycleReadings> {
    try {
      return await this.#readAll(model, isDue, steadyMs);
    } catch (error) {
      this.isBehind = false;
      const away = error instanceof Error ? error.message : String(error);
      return { nowSec: this.#options.clock.wallSec(), away };
    }
  }

  /** @throws BatchError, or another error of Redis */
  async #readAll(model: Model, isDue: boolean, steadyMs: number): Promise<CycleReadings> {
    const { redis, backSec, clock } = this.#options;
    const isServerDue = steadyMs - this.#serverAtMs >= SERVER_EVERY_MS;
    const [time] = await runBatch(redis, [['time']]);
    const nowSec = (timeMsOf(time) ?? clock.wallSec() * 1000) / 1000;
    this.#fromSec ??= nowSec - backSec;
    const streams = (this.#streams ??= new Streams(this.#fromSec));
    streams.addAudits(this.#audits.users);
    const [pages, signs, switches] = [streams.commands(), isDue ? signCommands(nowSec) : [], isDue ? switchCommands(nowSec) : []]; // prettier-ignore
    const { parts, replies } = await readKeys(redis, model, isDue, [...pages, ...signs, ...switches], [READ_PAGE]);
    const server = isServerDue ? await readServer(redis) : undefined;
    const taken = await readOn(redis, streams, streams.take(replies.slice(0, pages.length)));
    this.isBehind = taken.isBehind;
    if (isServerDue) this.#serverAtMs = steadyMs;
    const times = {
      'allocation-target': parseNumber(parts.lastCycle?.['ts_epoch']),
      'target-rollout': parseNumber(parts.rollout?.cycle),
    };
    const partAway = replies.flatMap((reply) =>
      !reply.ok && reply.error instanceof SlotDownError ? [reply.error.message] : [],
    )[0];
    const signReplies = replies.slice(pages.length, pages.length + signs.length);
    return {
      nowSec,
      fromSec: this.#fromSec,
      ...(partAway !== undefined && { partAway }),
      ...parts,
      ...taken.parts,
      ...(isDue && {
        signs: signsOf(signReplies, nowSec, times, SCORE_VERSION),
        switches: switchesOf(replies.slice(pages.length + signs.length), nowSec),
      }),
      ...(server && { server }),
    };
  }
}

/**
 * Pages of each stream in one read. A fold looks at every symbol: one fold of ten pages costs a fraction of ten folds.
 */
const MAX_PAGES = 10;

/**
 * Reads on while the streams have more. Never rejects: where Redis does not answer any more, the next read says so, and
 * these pages count.
 */
async function readOn(redis: Redis, streams: Streams, first: StreamReadings): Promise<StreamReadings> {
  let all = first;
  for (let page = 1; all.isBehind && page < MAX_PAGES; page += 1) {
    const replies = await runScripts(redis, [READ_PAGE], streams.commands()).catch(() => undefined);
    if (!replies) break;
    all = joined(all, streams.take(replies));
  }
  return all;
}

/** More reads than this a model is not behind, however fast streams grow. */
const MAX_READS = 200;

/**
 * The model after it has caught up with the streams, and has read once more what they name: records, plans, texts of
 * hashes.
 */
export async function caughtUp(source: ModelSource, model: Model): Promise<Model> {
  let next = model;
  for (let i = 0; i < MAX_READS; i += 1) {
    next = foldCycle(next, await source.read(next));
    if (!source.isBehind) break;
  }
  return foldCycle(next, await source.read(next, true));
}
