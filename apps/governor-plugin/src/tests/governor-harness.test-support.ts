import { readRecord } from '@quantum/decisions';
import { createGovernorMetrics } from '@quantum/metrics';
import type { PermitDecorator } from '@quantum/permit-decorators';
import { hintStep, loadPolicy } from '@quantum/policy';
import { StreamConsumer, type StreamEntry } from '@quantum/redis-io';
import {
  BlockSchema,
  blockKey,
  DecisionRecordSchema,
  decidedKey,
  GOVERNOR_GROUP,
  PermitSchema,
  permitKey,
  STREAMS,
  type Block,
  type DecisionRecord,
  type Permit,
} from '@quantum/redis-schemas';
import { createLogger, loadConfig } from '@quantum/service-kit';
import {
  addPlan,
  createFakeClock,
  readStream,
  type FakeClock,
  type PlanInput,
  type RedisOfFile,
} from '@quantum/testing';
import { decisionSettings, governorDefinition } from '../config.js';
import { Governor } from '../serve.js';
import { GovernorTelemetry } from '../observe/telemetry.js';

/** A time that is not whole, as times are; 2025-11-23 12:00:00.25 UTC. */
export const NOW_SEC = 1_763_899_200.25;

/** A client of the file's server. */
export type Client = ReturnType<RedisOfFile['redis']>;

/** A plan's fields, by default those of the test support, at the clock's time. */
export type PlanFields = Partial<Omit<PlanInput, 'planId'>> & { planId: string };

/** A governor without its loop, on a real Redis, at a clock that only the test moves. */
export interface Harness {
  redis: Client;
  clock: FakeClock;
  governor: Governor;
  telemetry: GovernorTelemetry;
  consumer: StreamConsumer;
  /** Adds a plan of the clock's time; resolves to its entry's id. */
  plan: (fields: PlanFields) => Promise<string>;
  /** Reads what is new, serves it, acknowledges what is done; resolves to what was done. */
  serve: () => Promise<readonly string[]>;
  /** Serves given entries, without any group. */
  serveEntries: (entries: readonly StreamEntry[]) => Promise<readonly string[]>;
  /** Claims everything pending, serves and acknowledges it; resolves to what was done. */
  redeliver: () => Promise<readonly string[]>;
  /** Adds plans one by one and serves them as one batch. */
  decide: (...plans: PlanFields[]) => Promise<void>;
  permit: (planId: string) => Promise<Permit | undefined>;
  block: (planId: string) => Promise<Block | undefined>;
  record: (planId: string) => Promise<DecisionRecord | undefined>;
  /** `permit`, the code of the refusal, `dead_letter`, or `none`: what the record says. */
  outcome: (planId: string) => Promise<string>;
  events: () => Promise<Record<string, string>[]>;
  deadLetters: () => Promise<Record<string, string>[]>;
  /** Ids delivered and not acknowledged. */
  pending: () => Promise<string[]>;
  /** How often the governor has asked for the settings in force. */
  policyAsks: () => number;
  /** Lines of /metrics that start so and are not 0, without the prefix. */
  metrics: (prefix: string) => Promise<string[]>;
}

/** A governor as its environment would make it; `decorators` instead of the service's own where given. */
export async function harness(
  redis: Client,
  env: Record<string, string> = {},
  decorators?: readonly PermitDecorator<Partial<Permit>>[],
  grantWithinMs = 60_000, // as long as a busy machine may take
): Promise<Harness> {
  const { config } = loadConfig(governorDefinition, env);
  const [plansStream = ''] = config.plansStreams;
  const metrics = createGovernorMetrics({ maxSymbols: 100 });
  const clock = createFakeClock(NOW_SEC);
  const telemetry = new GovernorTelemetry(
    metrics,
    createLogger({ name: 'test', level: 'silent' }),
    config.applyMode,
    clock,
  );
  const own = decisionSettings(config, loadPolicy(config.policyFile, hintStep(config)));
  const settings = { ...own, decorators: decorators ?? own.decorators };
  let policyAsks = 0;
  const governor = new Governor({
    redis,
    telemetry,
    settings: () => {
      policyAsks += 1;
      return settings;
    },
    plansStream,
    eventsStream: config.eventsStream,
    source: [],
    grantWithinMs,
    killKeys: config.killKeys,
    maxDeliveries: config.maxDeliveries,
    decisionTtlSec: config.decisionTtlSec,
    clock,
    waitReplicas: config.waitReplicas,
    disarmOnBurstBreach: config.disarmOnBurstBreach,
    disarmMinSec: config.disarmMinSec,
  });
  const consumer = new StreamConsumer(redis, redis, {
    stream: plansStream,
    group: GOVERNOR_GROUP,
    consumer: 'governor-plugin:test',
  });
  await consumer.ensureGroup('0');

  const serveEntries = async (entries: readonly StreamEntry[]) =>
    (await governor.serve(entries, clock.wallSec, consumer.lastId)).done;
  const serveAndAck = async (entries: readonly StreamEntry[]) => {
    const { done, putOff } = await governor.serve(entries, clock.wallSec, consumer.lastId);
    await consumer.ack(done);
    await consumer.undoDeliveries(putOff.map(({ id }) => id));
    return done;
  };
  const plan = (fields: PlanFields) => addPlan(redis, { now: clock.wallSec(), ...fields });
  const serve = async () => serveAndAck(await consumer.readNew(1000, 1));
  const json = async (key: string): Promise<unknown> => JSON.parse((await redis.get(key)) ?? 'null');
  const fieldsIn = async (stream: string) => (await readStream(redis, stream)).map(({ fields }) => fields);
  const record = async (planId: string) => {
    const text = await redis.get(decidedKey(planId));
    return text === null ? undefined : DecisionRecordSchema.parse(readRecord(text));
  };

  return {
    redis,
    clock,
    governor,
    telemetry,
    consumer,
    plan,
    serve,
    serveEntries,
    redeliver: async () => {
      const done: string[] = [];
      for await (const entries of consumer.claimIdle(0, 100)) done.push(...(await serveAndAck(entries)));
      return done;
    },
    decide: async (...plans) => {
      for (const fields of plans) await plan(fields);
      await serve();
    },
    permit: async (planId) => PermitSchema.optional().parse((await json(permitKey(planId))) ?? undefined),
    block: async (planId) => BlockSchema.optional().parse((await json(blockKey(planId))) ?? undefined),
    record,
    outcome: async (planId) => {
      const found = await record(planId);
      if (!found) return 'none';
      return found.outcome === 'refused' ? found.reason : found.outcome;
    },
    events: () => fieldsIn(config.eventsStream),
    deadLetters: () => fieldsIn(STREAMS.deadletter),
    pending: async () => {
      const rows = (await redis.xpending(plansStream, GOVERNOR_GROUP, '-', '+', 1000)) as [string][];
      return rows.map(([id]) => id);
    },
    policyAsks: () => policyAsks,
    metrics: async (prefix) =>
      (await metrics.registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith(prefix) && !line.endsWith(' 0'))
        .map((line) => line.slice(prefix.length)),
  };
}
