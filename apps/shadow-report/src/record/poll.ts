import { KeyReads, READ_PAGE, type Redis, type Reply, runScripts } from '@quantum/redis-io';
import { BLOCK_TTL_SEC, blockKey, decidedKey, MAX_RECORD_BYTES } from '@quantum/redis-schemas';
import type { RecordedStreams, RecordingLine, StreamRole } from '@quantum/shadow-evidence';
import { pageCommand, pageOf } from './page.js';
import { policiesBefore } from './policies.js';
import { withSides } from './sides.js';
import { BEGINNING, type RecordingState } from './state.js';

/** Decision records and blocks that a poll asks for at most. */
export const KEYS_PER_POLL = 200;
/** What a plan of this age has not got, it will not get: the governor refuses or gives up much sooner. */
const AWAITED_SEC = 900;

export interface Poll {
  lines: RecordingLine[];
  /** Whether there is more to read at once: entries, or decisions of plans that were just read. */
  more: boolean;
  /** Whether entries were left for the next poll. */
  behind: boolean;
}

const ROLES: readonly StreamRole[] = ['proposals', 'plans', 'scores'];
/** The streams that are recorded, with their names. */
const streamsOf = (streams: RecordedStreams): (readonly [role: StreamRole, stream: string])[] =>
  ROLES.flatMap((role) => {
    const stream = streams[role];
    return stream === undefined ? [] : [[role, stream] as const];
  });
const LINE_KINDS = { proposals: 'proposal', plans: 'plan', scores: 'score' } as const;

/**
 * Reads what is new, in one round trip: a page of each stream, and what is awaited of plans, those first that wait
 * longest. With fresh proposals one more, for the sides of their symbols' positions; with outputs of a policy or of
 * limits that are new to the recording another, for what they are.
 * @param decisionTtlSec how long a decision record lives; what may have lived and gone before this poll is no missing
 * answer
 * @throws BatchError when Redis is away or gives no verdict; CannotRun when it refuses a stream.
 */
export async function poll(
  redis: Redis,
  streams: RecordedStreams,
  state: RecordingState,
  nowMs: number,
  decisionTtlSec: number,
): Promise<Poll> {
  const asked = [...state.awaited].slice(0, KEYS_PER_POLL);
  const reads = new KeyReads();
  const outputs = reads.group('get', [], '', MAX_RECORD_BYTES);
  for (const [planId, { what }] of asked) outputs.add(what === 'decision' ? decidedKey(planId) : blockKey(planId));
  const roles = streamsOf(streams);
  const commands = roles.map(([role, stream]) => pageCommand(stream, state.positions[role]));
  const replies = await reads.run(redis, commands, [READ_PAGE]);
  const pages = roles.map(([role], i) => linesOf(role, state.positions[role], replies[i]));
  const answers = asked.flatMap(([planId, { what, sinceMs }], i): RecordingLine[] => {
    const reply = outputs.replies[i];
    if (reply?.ok && typeof reply.value === 'string') {
      return [{ kind: what, plan_id: planId, json: reply.value }];
    }
    // What Redis may say later is asked again. A key of another type, or without the permission, is no answer.
    if (!reply || (!reply.ok && reply.kind !== 'key')) return [];
    const ageSec = (nowMs - sinceMs) / 1000;
    const livesSec = what === 'decision' ? decisionTtlSec : BLOCK_TTL_SEC;
    if (ageSec >= livesSec) return [{ kind: 'expired', plan_id: planId, what }];
    return ageSec > AWAITED_SEC ? [{ kind: 'unanswered', plan_id: planId, what }] : [];
  });
  // A plan that was asked for goes to the end of the row, so that all have their turn.
  for (const [planId, awaited] of asked) {
    state.awaited.delete(planId);
    state.awaited.set(planId, awaited);
  }
  const behind = pages.some((page) => page.more);
  const newPlans = pages.some((page) => page.lines.some(({ kind }) => kind === 'plan'));
  const more = behind || newPlans || (answers.length > 0 && state.awaited.size > KEYS_PER_POLL);
  const lines = [...pages.flatMap((page) => page.lines), ...answers];
  const policies = await policiesBefore(lines, redis, state);
  return policies
    ? { lines: [...policies, ...(await withSides(lines, redis, nowMs))], more, behind }
    : { lines: [], more: true, behind: true };
}

/** The line that makes a recording begin with what comes from now on. @throws as `poll` does */
export async function beginNow(redis: Redis, streams: RecordedStreams): Promise<RecordingLine> {
  const roles = streamsOf(streams);
  const replies = await runScripts(redis, [READ_PAGE], roles.map(([, stream]) => pageCommand(stream, ''))); // prettier-ignore
  const ends = roles.map(([role], i) => [role, pageOf(role, replies[i]).entries[0]?.[0] ?? BEGINNING] as const);
  return { kind: 'begin', proposals: BEGINNING, plans: BEGINNING, ...Object.fromEntries(ends) };
}

function linesOf(
  role: StreamRole,
  position: string,
  reply: Reply | undefined,
): { lines: RecordingLine[]; more: boolean } {
  const { entries, more, isThere, end } = pageOf(role, reply);
  const lines = entries.map(([id, fields]): RecordingLine => ({
    kind: LINE_KINDS[role],
    id,
    fields,
  }));
  const gap: RecordingLine[] =
    position === BEGINNING || isThere
      ? []
      : [{ kind: 'gap', stream: role, after: position, before: entries[0]?.[0] ?? '', ...(end !== '' && { end }) }];
  return { lines: [...gap, ...lines], more };
}
