import { systemClock } from '@quantum/clock';
import { openRedis } from '@quantum/service-kit';
import { STREAMS } from '@quantum/redis-schemas';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { RECORDING_VERSION, type RecordingHeader } from '@quantum/shadow-evidence';
import { decisionTtlSecOf, policyTexts } from '../policy.js';
import { beginNow } from './poll.js';
import { openRecording } from './resume.js';
import { progressOf, record } from './record.js';

export interface RecordArguments {
  redis: string;
  /** Seconds; undefined: until stopped. */
  for?: number;
  proposerEnv?: string;
  governorEnv?: string;
  proposalsStream: string;
  plansStream: string;
  /** False: scores are not recorded. */
  scoresStream: string | false;
  /** Begin a new recording with what comes from now on, not with what Redis still has. */
  fromNow: boolean;
}

export const DEFAULT_STREAMS = {
  proposals: proposerDefinition.variables.PROPOSE_STREAM_NAME.default ?? '',
  plans: governorDefinition.variables.STREAM_PLANS.default ?? '',
  scores: STREAMS.efficiencyDecision,
};

const LINE_EVERY_MS = 10_000;

/** Records into a file until the time is over or a signal comes. @throws CannotRun, CannotConnect */
export async function recordCommand(
  path: string,
  options: RecordArguments,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const header: RecordingHeader = {
    kind: 'header',
    v: RECORDING_VERSION,
    started_at: systemClock.wallSec(),
    streams: {
      proposals: options.proposalsStream,
      plans: options.plansStream,
      ...(options.scoresStream !== false && { scores: options.scoresStream }),
    },
    policy: policyTexts({ proposer: options.proposerEnv, governor: options.governorEnv }, env),
  };
  const decisionTtlSec = decisionTtlSecOf(options.governorEnv, env);
  const redis = await openRedis(options.redis, env, 'shadow-report');
  try {
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { stop.abort(); }); // prettier-ignore
    const recording = openRecording(path, header, systemClock.wallSec(), (text) => process.stderr.write(`${text}\n`));
    if (options.fromNow && recording.isNew) {
      const line = await beginNow(redis, recording.header.streams);
      recording.writer.write([line]);
      recording.state.take(line, 1000 * header.started_at);
    }
    const timer = options.for === undefined ? undefined : setTimeout(() => { stop.abort(); }, options.for * 1000); // prettier-ignore
    const progress = progressLine();
    await record({
      redis,
      recording,
      stop: stop.signal,
      onProgress: progress.show,
      nowMs: () => Math.round(1000 * systemClock.wallSec()),
      decisionTtlSec,
    });
    clearTimeout(timer);
    recording.writer.close();
    progress.end();
    process.stdout.write(`${path}: ${progressOf(recording)}\n`);
  } finally {
    redis.disconnect();
  }
}

/** On a terminal one line that changes, elsewhere the first and then one every ten seconds. */
function progressLine(): { show: (text: string) => void; end: () => void } {
  const startMs = systemClock.steadyMs();
  let shownMs = -Infinity;
  const { stderr } = process;
  return {
    show(text) {
      const elapsedMs = systemClock.steadyMs() - startMs;
      const line = `recording ${(elapsedMs / 1000).toFixed(0)} s: ${text}`;
      if (stderr.isTTY) stderr.write(`\r\x1b[K${line.slice(0, stderr.columns - 1)}`);
      else if (elapsedMs - shownMs >= LINE_EVERY_MS) {
        shownMs = elapsedMs;
        stderr.write(`${line}\n`);
      }
    },
    end() {
      if (stderr.isTTY) stderr.write('\n');
    },
  };
}
