import type { PolicyLine } from './parameter-sets.js';

/**
 * Version of a recording's lines. A reader knows each up to this one: 2 added `policy`, 3 the limits of gates, 4
 * `score`.
 */
export const RECORDING_VERSION = 4;

/** The first line of a recording. */
export interface RecordingHeader {
  kind: 'header';
  v: number;
  /** When the recording began, unix seconds. */
  started_at: number;
  /** The recorded streams, by their names in Redis. */
  streams: RecordedStreams;
  /** The variables that decide, by service, name to text. What decides by symbol is in lines of its own, by hash. */
  policy: Readonly<Record<'proposer' | 'governor', Readonly<Record<string, string>>>>;
}

export type StreamRole = 'proposals' | 'plans' | 'scores';

/** Names of the recorded streams; without `scores`, as in earlier versions, scores are not recorded. */
export type RecordedStreams = Readonly<Record<'proposals' | 'plans', string> & { scores?: string }>;

/** Sign of P3.3's position: 1 long, -1 short, 0 flat. */
export type PositionSide = 1 | -1 | 0;

/** A line of a recording after the header. Texts are kept as they were in Redis, so that bytes can be compared. */
export type RecordingLine =
  /** The streams' last entries when the recording began, where what they held before was not wanted. */
  | { kind: 'begin'; proposals: string; plans: string; scores?: string }
  | PolicyLine
  /** An entry of the proposal stream: `[field, value, ...]`; with its position's side, where that was known. */
  | { kind: 'proposal'; id: string; fields: readonly string[]; side?: PositionSide }
  /** An entry of the decision stream of the efficiency brain, or of the platform's own P3.1. */
  | { kind: 'score'; id: string; fields: readonly string[] }
  /** An entry of the plan stream. */
  | { kind: 'plan'; id: string; fields: readonly string[] }
  /** A plan's decision record, as the governor wrote it. */
  | { kind: 'decision'; plan_id: string; json: string }
  /** A refused plan's block, as other teams read it. */
  | { kind: 'block'; plan_id: string; json: string }
  /** What was awaited of a plan and never came. */
  | { kind: 'unanswered'; plan_id: string; what: 'decision' | 'block' }
  /** What was awaited of a plan may have lived and gone before it was asked for: nothing is known of it. */
  | { kind: 'expired'; plan_id: string; what: 'decision' | 'block' }
  /**
   * Entries between these two may be lost: the stream was trimmed, or the recorder was away for too long. `before` is
   * empty where nothing follows. `end` is then the last entry that the stream has: it lost its end, as at a failover.
   */
  | { kind: 'gap'; stream: StreamRole; after: string; before: string; end?: string }
  /** The recording goes on after an interruption. */
  | { kind: 'resumed'; at: number }
  /**
   * Bytes of the file that cannot be read, from this offset on. No file has this line: its reader says it in their
   * place.
   */
  | { kind: 'damage'; offset: number; bytes: number };

/** A file that is no recording, or one of a later version. */
export class RecordingError extends Error {
  override name = 'RecordingError';
}

/**
 * Reads a recording's first line.
 * @throws RecordingError when it is none, or of a version that this program does not know.
 */
export function parseHeader(line: string): RecordingHeader {
  const value = parse(line) as Partial<RecordingHeader> | null;
  if (value?.kind !== 'header' || typeof value.v !== 'number')
    throw new RecordingError('this is no recording, or its beginning is damaged');
  if (value.v > RECORDING_VERSION) {
    throw new RecordingError(`a recording of version ${value.v}; this program knows up to ${RECORDING_VERSION}`);
  }
  const { policy, streams, started_at: startedAt } = value;
  const { proposer, governor }: Partial<RecordingHeader['policy']> = policy ?? {};
  if (!proposer || !governor || !streams || typeof startedAt !== 'number') {
    throw new RecordingError('the header of the recording is not complete');
  }
  return value as RecordingHeader;
}

/** Reads a line after the header; undefined for a kind that is not known, which a later version may have added. */
export function parseLine(line: string): RecordingLine | undefined {
  const value = parse(line) as RecordingLine | null;
  return value !== null && KINDS.has(value.kind) ? value : undefined;
}

const KINDS: ReadonlySet<string> = new Set<RecordingLine['kind']>([
  'begin', 'policy', 'proposal', 'score', 'plan', 'decision', 'block', 'unanswered', 'expired', 'gap', 'resumed', 'damage',
]); // prettier-ignore

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new RecordingError(`a line is no JSON: ${line.slice(0, 60)}`);
  }
}
