import { pageCommand, pageOf, type Command, type Reply, type StreamPage } from '@quantum/redis-io';
import { operatorAuditStream, ROLLOUT_AUDIT_STREAM, STREAMS } from '@quantum/redis-schemas';
import type { AuditReading, CycleReadings, Entry } from '@quantum/read-model';

type Part = 'proposals' | 'scores' | 'plans' | 'events' | 'evidence' | 'rolloutAudit';

/**
 * The streams that a model folds, by the part of the readings that they fill; those of operators come as they are
 * found.
 */
const STREAM_OF: Readonly<Record<Part, string>> = {
  proposals: STREAMS.proposed,
  scores: STREAMS.efficiencyDecision,
  plans: STREAMS.plans,
  events: STREAMS.events,
  evidence: STREAMS.rolloutEvidence,
  rolloutAudit: ROLLOUT_AUDIT_STREAM,
};
const PARTS = Object.keys(STREAM_OF) as Part[];

/** Of each stream and cycle. An entry that is larger than a page is left unread, and counts as unreadable. */
const PAGE = { entries: 2000, bytes: 2 ** 20 };

/** What the streams had. */
export interface StreamReadings {
  readonly parts: Pick<CycleReadings, Part | 'operatorAudits' | 'gaps'>;
  /** Whether any has more to read at once. */
  readonly isBehind: boolean;
}

/** A stream, and how far it was read. */
interface Place {
  readonly key: string;
  /** The user whose audit it is; undefined: it fills `part`. */
  readonly user?: string;
  readonly part?: Part;
  position: string;
  /** Whether a first page was read: a gap before it is none. */
  isBegun: boolean;
}

/** Two readings of the streams, one after the other, as one. */
export function joined(first: StreamReadings, next: StreamReadings): StreamReadings {
  const parts: { -readonly [Name in keyof StreamReadings['parts']]: StreamReadings['parts'][Name] } = { ...first.parts };
  for (const part of PARTS) {
    const entries = next.parts[part];
    if (entries) parts[part] = [...(first.parts[part] ?? []), ...entries];
  }
  const audits = new Map((first.parts.operatorAudits ?? []).map(({ user, entries }) => [user, entries]));
  for (const { user, entries } of next.parts.operatorAudits ?? []) audits.set(user, [...(audits.get(user) ?? []), ...entries]);
  const gaps = [...(first.parts.gaps ?? []), ...(next.parts.gaps ?? [])];
  if (audits.size > 0) parts.operatorAudits = [...audits].map(([user, entries]) => ({ user, entries }));
  if (gaps.length > 0) parts.gaps = gaps;
  return { parts, isBehind: next.isBehind };
} // prettier-ignore

/** Positions in the streams. */
export class Streams {
  readonly #from: string;
  readonly #places: Place[];

  /** `fromSec`: entries count from here on, unix seconds by Redis' clock. */
  constructor(fromSec: number) {
    this.#from = `${Math.max(0, Math.floor(fromSec * 1000))}-0`;
    this.#places = PARTS.map((part) => ({ key: STREAM_OF[part], part, position: this.#from, isBegun: false }));
  }

  /** Reads the audits of these users too, from the first time on that they are named. */
  addAudits(users: readonly string[]): void {
    for (const user of users) {
      if (this.#places.some((place) => place.user === user)) continue;
      this.#places.push({ key: operatorAuditStream(user), user, position: this.#from, isBegun: false });
    }
  }

  commands(): Command[] {
    return this.#places.map(({ key, position }) => pageCommand(key, position, PAGE));
  }

  /** Takes the replies to `commands`. A stream that cannot be read now is read from the same position next time. */
  take(replies: readonly Reply[]): StreamReadings {
    const pages = this.#places.flatMap((place, i) => {
      const reply = replies[i];
      return reply?.ok ? [[place, pageOf(reply.value)] as const] : [];
    });
    const gaps = pages.filter(([place, page]) => isGap(place, page)).map(([{ key }]) => key);
    const parts: Partial<Record<Part, readonly Entry[]>> = {};
    const operatorAudits: AuditReading[] = [];
    for (const [place, page] of pages) {
      const entries = page.entries.map(entryOf);
      if (place.part) parts[place.part] = entries;
      if (place.user !== undefined && entries.length > 0) operatorAudits.push({ user: place.user, entries });
      const last = entries.at(-1)?.id;
      if (last === undefined) continue;
      place.position = last;
      place.isBegun = true;
    }
    return {
      parts: { ...parts, ...(operatorAudits.length > 0 && { operatorAudits }), ...(gaps.length > 0 && { gaps }) },
      isBehind: pages.some(([, { more }]) => more),
    };
  }
}

/** Trimming removes the oldest first: while the entry at the position is there, none behind it was trimmed. */
const isGap = ({ isBegun }: Place, { isThere, entries }: StreamPage): boolean =>
  isBegun && !isThere && entries.length > 0;

const entryOf = ([id, fields]: [id: string, fields: string[]]): Entry => ({ id, fields });
