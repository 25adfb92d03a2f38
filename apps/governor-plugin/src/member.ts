import type { Clock } from '@quantum/clock';
import type { DecisionSettings } from '@quantum/decisions';
import type { GovernorMetrics } from '@quantum/metrics';
import { newConsumerName, type StreamLoop } from '@quantum/plan-loop';
import { StreamConsumer, type Redis } from '@quantum/redis-io';
import { GOVERNOR_GROUP, lostPlansKey } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import type { GovernorConfig } from './config.js';
import { checkReaders } from './intake/start-checks.js';
import { GapReports } from './observe/gap-reports.js';
import { GovernorTelemetry } from './observe/telemetry.js';
import type { SymbolSeries } from './observe/symbol-series.js';
import { Governor } from './serve.js';

/** How long a grant may rest on what was read, ms: two round trips follow, of mostly less than one each. */
const GRANT_WITHIN_MS = 1000;

export interface MemberParts {
  config: GovernorConfig;
  clock: Clock;
  /** In force now. */
  settings: () => DecisionSettings;
  metrics: GovernorMetrics;
  logger: Logger;
  redis: Redis;
  /** One for each stream of plans. */
  loops: readonly StreamLoop[];
}

/** What serves one stream of plans. */
export interface Member {
  /** Of `PlanLoopOptions`. */
  admit: () => Promise<void>;
  consumer: StreamConsumer;
  governor: Governor;
  telemetry: GovernorTelemetry;
  gapReports: GapReports;
  onRound: StreamLoop['onRound'];
}

/**
 * This process's member of a stream's group. Each stream has one of its own, and members share no state but their
 * series: ids of entries and what was published before them mean something within one stream alone. What holds between
 * replicas holds between members.
 */
export function createMember(
  { config, clock, settings, metrics, logger, redis, loops }: MemberParts,
  { stream, blocking, onRound }: StreamLoop,
  series: SymbolSeries,
): Member {
  const isOne = loops.length === 1;
  const source = isOne ? [] : ['stream', stream];
  const ownLogger = isOne ? logger : logger.child({ stream });
  const telemetry = new GovernorTelemetry(metrics, ownLogger, config.applyMode, clock, series);
  const gapReports = new GapReports({ redis, eventsStream: config.eventsStream, source, telemetry });
  const governor = new Governor({
    redis,
    telemetry,
    settings,
    plansStream: stream,
    eventsStream: config.eventsStream,
    source,
    grantWithinMs: GRANT_WITHIN_MS,
    killKeys: config.killKeys,
    maxDeliveries: config.maxDeliveries,
    decisionTtlSec: config.decisionTtlSec,
    clock,
    waitReplicas: config.waitReplicas,
    disarmOnBurstBreach: config.disarmOnBurstBreach,
    disarmMinSec: config.disarmMinSec,
  });
  const consumer = new StreamConsumer(redis, blocking, {
    stream,
    group: GOVERNOR_GROUP,
    consumer: newConsumerName(),
    lostKey: lostPlansKey(stream),
    onGap: (gap) => {
      gapReports.add(gap, clock.wallSec());
    },
    onPossiblyLost: (count) => {
      telemetry.possiblyLost(count);
    },
    onUncounted: (error) => {
      telemetry.error('losses_uncounted', error);
    },
  });
  const admit = (): Promise<void> => checkReaders(redis, stream, config);
  return { admit, consumer, governor, telemetry, gapReports, onRound };
}
