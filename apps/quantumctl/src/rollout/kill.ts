import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { connectedReplicas, errorKind, mayHaveRun, replicated, runBatch, valueOf, type Redis } from '@quantum/redis-io';
import { parseEpoch, ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY } from '@quantum/redis-schemas';
import { parseRolloutState } from '@quantum/rollout-plan';
import { audit, auditText } from '../switches/audit.js';
import { counted, withoutStop } from '../texts.js';
import { notApplied, type Acted } from './outcome-text.js';
import { readExpiry } from './read.js';

export interface KillOptions {
  /** How long to try, seconds. */
  timeout: number;
  /** Kept in the audit of the operator. */
  reason: string;
  /** How many replicas must confirm it; undefined: those that are connected. */
  replicas?: number;
}

/** What an attempt saw. */
interface Seen {
  /** The epoch after INCR, and as read back. */
  readonly set: string;
  readonly read: string;
  /** The epoch of the rollout's state; undefined: none is known. */
  readonly stateEpoch: number | undefined;
  readonly replicas: number;
  readonly isReplicated: boolean;
}

const PAUSE_MS = 500;
/** How long replicas may take to confirm in one attempt. */
const WAIT_MS = 1000;

/**
 * Ends enforcement: another epoch than the one that multipliers carry. Tries again until the replicas have it, or the
 * time is over: a replica that becomes the master without it would lose the kill. More than one INCR does no harm.
 * It is audited after that, and whether or not it can be.
 */
export async function kill(redis: Redis, { timeout, replicas, reason }: KillOptions, print: (line: string) => void): Promise<Acted> {
  const deadlineMs = systemClock.steadyMs() + timeout * 1000;
  let shown: string | undefined;
  let applied: Seen | undefined;
  let isUnsure = false;
  for (;;) {
    const increased = await increase(redis).catch((error: unknown) => error as Error);
    if (increased instanceof Error && mayHaveRun(increased)) isUnsure = true;
    if (!(increased instanceof Error)) applied = { ...increased, read: increased.set, replicas: 0, isReplicated: false };
    const seen = increased instanceof Error ? increased : await confirm(redis, increased, replicas).catch((error: unknown) => error as Error);
    if (!(seen instanceof Error)) applied = seen;
    const problem = seen instanceof Error ? seen.message.trim() : problemOf(seen);
    if (problem === undefined && applied) return concluded(redis, applied, reason);
    const isFinal = seen instanceof Error && errorKind(seen) === 'key';
    if (isFinal || systemClock.steadyMs() >= deadlineMs) {
      if (applied !== undefined) return concluded(redis, applied, reason, problem);
      return isUnsure ? notKnown(problem ?? '') : notApplied(problem ?? '', await readExpiry(redis));
    }
    if (problem !== shown) print(`${problem ?? ''}; trying again\n`);
    shown = problem;
    await sleep(PAUSE_MS);
  }
} // prettier-ignore

async function increase(redis: Redis): Promise<Pick<Seen, 'set' | 'stateEpoch'>> {
  const [incremented, state] = await runBatch(redis, [
    ['incr', ROLLOUT_EPOCH_KEY],
    ['hget', ROLLOUT_STATE_KEY, 'state'],
  ]);
  const set = String(valueOf(incremented));
  // The kill needs the epoch alone: a state that cannot be read does not stop it.
  const stateEpoch = state?.ok ? (parseRolloutState(String(state.value))?.epoch ?? undefined) : undefined;
  return { set, stateEpoch };
}

async function confirm(
  redis: Redis,
  increased: Pick<Seen, 'set' | 'stateEpoch'>,
  wanted: number | undefined,
): Promise<Seen> {
  const replicas = wanted ?? (await connectedReplicas(redis));
  const [isReplicated = false] = await replicated(redis, [ROLLOUT_EPOCH_KEY], replicas, WAIT_MS);
  const [read] = await runBatch(redis, [['get', ROLLOUT_EPOCH_KEY]]);
  return { ...increased, read: String(valueOf(read)), replicas, isReplicated };
}

/** The answer to each INCR was lost. */
const notKnown = (why: string): Acted => ({
  text: `NOT CONFIRMED: ${withoutStop(why)}.\nThe epoch may be changed: \`quantumctl rollout status\` shows it. Give the command again.\n`,
  exitCode: 1,
  json: { result: 'not_confirmed', why },
});

function problemOf({ set, read, stateEpoch, replicas, isReplicated }: Seen): string | undefined {
  if (!isReplicated) return `the epoch is ${read}, and ${counted(replicas, 'replica')} did not confirm it within ${WAIT_MS} ms`; // prettier-ignore
  if (!(Number(read) >= Number(set))) return `the epoch was set to ${set}, but reads ${read}: another master has taken over`;
  return parseEpoch(read) === stateEpoch ? `the epoch ${read} is that of the running rollout` : undefined;
} // prettier-ignore

const confirmedText = ({ read, stateEpoch, replicas }: Seen): string =>
  [
    `KILLED: the epoch is ${read}${stateEpoch === undefined ? '' : `, the rollout runs under ${stateEpoch}`}.`,
    replicas === 0
      ? 'No replica is connected, so none had to confirm it.'
      : `Confirmed by ${counted(replicas, 'replica')}.`,
    'Readers that check the epoch are at base now, all others when the multipliers expire, within 60 s.',
    '',
  ].join('\n');

/** The epoch was changed. `problem`: why that is not confirmed. */
async function concluded(redis: Redis, seen: Seen, reason: string, problem?: string): Promise<Acted> {
  const { set, read, stateEpoch, replicas } = seen;
  const audited = await audit(redis, 'rollout kill', {
    reason,
    before: `${ROLLOUT_EPOCH_KEY}=${Number(set) - 1}`,
    after: `${ROLLOUT_EPOCH_KEY}=${read}${problem === undefined ? '' : ', not confirmed'}`,
  });
  const text =
    problem === undefined
      ? confirmedText(seen)
      : `NOT CONFIRMED: ${withoutStop(problem)}.\nThe epoch was changed on the master. If a replica takes over, give the command again.\n`;
  return {
    text: `${text}${auditText(audited)}\n`,
    exitCode: problem === undefined ? 0 : 1,
    json: {
      result: problem === undefined ? 'killed' : 'not_confirmed',
      ...(problem !== undefined && { why: problem }),
      epoch: parseEpoch(read) ?? null,
      stateEpoch: stateEpoch ?? null,
      replicas,
      ...('id' in audited ? { user: audited.user, audit: audited.id } : { audit: null, notAudited: audited.why }),
    },
  };
}
