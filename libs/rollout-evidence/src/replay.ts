import { NEW_E_PROCESS } from '@quantum/rollout-guards';
import { full } from '@quantum/redis-schemas';
import { DECISION } from './decision.js';
import type { EvidenceEntry, HourEntry } from './entry.js';
import { kindOf, recompute, type FieldDifference } from './entry-fields.js';
import { jsonOf } from './kept-rows.js';

/** An entry of the stream of the evidence: its id, its fields and values. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: readonly string[];
}

export interface EvidenceReplay {
  readonly periods: number;
  readonly hours: number;
  /** Ids of what is no entry of the evidence. */
  readonly unreadable: readonly string[];
  /** Figures that do not follow from their inputs, and inputs that do not follow from earlier entries. */
  readonly differences: readonly ({ readonly id: string } & FieldDifference)[];
  /** Periods that no hour took: the process that closed them died before it kept them. */
  readonly superseded: number;
}

/** What the entries so far say of one plan under one policy since one time. */
interface Known {
  /**
   * D by the start of its period. Several where a process died before it kept its own, and another closed the period
   * again.
   */
  readonly periods: Map<number, (number | undefined)[]>;
  readonly hours: HourEntry[];
}

/**
 * Computes each D, y, l_j and E again from the inputs that the entries carry, in the order of the stream, and checks
 * that each hour goes on from its periods and from the hour before. Every bit counts. Where the stream was trimmed, its
 * first hours have nothing to be compared with.
 */
export class EvidenceReplayer {
  readonly #all = new Map<string, Known>();
  readonly #differences: ({ readonly id: string } & FieldDifference)[] = [];
  readonly #unreadable: string[] = [];
  readonly #counts = { periods: 0, hours: 0, superseded: 0 };

  /**
   * The next entry of the stream. Of its inputs nothing is kept. @returns what it was; undefined: no entry of a period
   * or an hour
   */
  take({ id, fields }: StreamEntry): EvidenceEntry | undefined {
    if (kindOf(fields) === DECISION) return undefined; // for `RolloutReplayer`
    const found = recompute(fields);
    if (found === undefined) {
      this.#unreadable.push(id);
      return undefined;
    }
    const { entry } = found;
    const known = knownOf(this.#all, entry);
    const links = entry.kind === 'hour' ? linksOf(entry, known) : { differences: [], superseded: 0 };
    this.#differences.push(...[...found.differences, ...links.differences].map((each) => ({ id, ...each })));
    this.#counts.superseded += links.superseded;
    this.#counts[entry.kind === 'hour' ? 'hours' : 'periods'] += 1;
    add(known, entry);
    return found.differences.length === 0 ? entry : undefined;
  }

  result(): EvidenceReplay {
    return { ...this.#counts, unreadable: [...this.#unreadable], differences: [...this.#differences] };
  }
}

function knownOf(all: Map<string, Known>, { plan, policy, sinceSec }: EvidenceEntry): Known {
  const name = jsonOf([plan, policy, sinceSec]);
  const found = all.get(name) ?? { periods: new Map(), hours: [] };
  all.set(name, found);
  return found;
}

function add({ periods, hours }: Known, entry: EvidenceEntry): void {
  if (entry.kind === 'hour') hours.push(entry);
  else periods.set(entry.startSec, [...(periods.get(entry.startSec) ?? []), entry.advantage.advantageBps]);
}

interface Links {
  differences: FieldDifference[];
  superseded: number;
}

function linksOf(hour: HourEntry, { periods, hours }: Known): Links {
  const slots = hour.advantagesBps.map((recorded, slot): Links => {
    const startSec = hour.startSec + slot * hour.rules.periodSec;
    const found = periods.get(startSec) ?? [];
    if (found.some((each) => Object.is(each, recorded))) return { differences: [], superseded: 0 };
    if (recorded === undefined) return { differences: [], superseded: found.length };
    const isTrimmed = ![...periods.keys()].some((each) => each <= startSec);
    const difference = { field: `advantages_bps[${slot}]`, recorded: full(recorded), replayed: full(found.at(-1)) };
    return { differences: isTrimmed ? [] : [difference], superseded: 0 };
  });
  return {
    differences: [...slots.flatMap(({ differences }) => differences), ...beforeOf(hour, hours)],
    superseded: slots.reduce((sum, { superseded }) => sum + superseded, 0),
  };
}

/** The evidence before an hour is that after the hour before, with a new test for harm where that began anew. */
function beforeOf(hour: HourEntry, hours: readonly HourEntry[]): FieldDifference[] {
  const lastSec = Math.max(...hours.map(({ startSec }) => startSec).filter((each) => each < hour.startSec));
  const expected = hours
    .filter(({ startSec }) => startSec === lastSec)
    .map(({ after: { tests, sums }, harmSec }) =>
      jsonOf({ tests: { ...tests, harm: harmSec === hour.harmSec ? tests.harm : NEW_E_PROCESS }, sums }),
    );
  const recorded = jsonOf(hour.before);
  const replayed = expected.at(-1);
  return replayed === undefined || expected.includes(recorded) ? [] : [{ field: 'before', recorded, replayed }];
}
