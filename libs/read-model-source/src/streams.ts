import { pageCommand, pageOf, type Command, type Reply, type StreamPage } from '@quantum/redis-io';
import { ROLLOUT_AUDIT_STREAM, STREAMS } from '@quantum/redis-schemas';
import type { CycleReadings, Entry } from '@quantum/read-model';

type Part = 'proposals' | 'scores' | 'plans' | 'events' | 'evidence' | 'rolloutAudit';

/** The streams that a model folds, by the part of the readings that they fill. */
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
  readonly parts: Pick<CycleReadings, Part | 'gaps'>;
  /** Whether any has more to read at once. */
  readonly isBehind: boolean;
}

/** Positions in the streams. */
export class Streams {
  readonly #positions = new Map<Part, string>();
  /** Streams of which a first page was read: a gap before it is none. */
  readonly #begun = new Set<Part>();

  /** `fromSec`: entries count from here on, unix seconds by Redis' clock. */
  constructor(fromSec: number) {
    for (const part of PARTS) this.#positions.set(part, `${Math.max(0, Math.floor(fromSec * 1000))}-0`);
  }

  commands(): Command[] {
    return PARTS.map((part) => pageCommand(STREAM_OF[part], this.#positions.get(part) ?? '0-0', PAGE));
  }

  /** Takes the replies to `commands`. A stream that cannot be read now is read from the same position next time. */
  take(replies: readonly Reply[]): StreamReadings {
    const pages = PARTS.flatMap((part, i) => {
      const reply = replies[i];
      return reply?.ok ? [[part, pageOf(reply.value)] as const] : [];
    });
    const gaps = pages.filter(([part, page]) => this.#isGap(part, page)).map(([part]) => STREAM_OF[part]);
    for (const [part, { entries }] of pages) {
      const last = entries.at(-1)?.[0];
      if (last === undefined) continue;
      this.#positions.set(part, last);
      this.#begun.add(part);
    }
    const parts = pages.map(([part, { entries }]) => [part, entries.map(entryOf)] as const);
    return {
      parts: { ...(Object.fromEntries(parts) as Pick<CycleReadings, Part>), ...(gaps.length > 0 && { gaps }) },
      isBehind: pages.some(([, { more }]) => more),
    };
  }

  /** Trimming removes the oldest first: while the entry at the position is there, none behind it was trimmed. */
  #isGap(part: Part, { isThere, entries }: StreamPage): boolean {
    return this.#begun.has(part) && !isThere && entries.length > 0;
  }
}

const entryOf = ([id, fields]: [id: string, fields: string[]]): Entry => ({ id, fields });
