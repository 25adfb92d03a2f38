import { eValue, EVIDENCE_TESTS, logE } from '@quantum/rollout-guards';
import { fieldsOf, full, parseJson, parseNumber } from '@quantum/redis-schemas';
import * as z from 'zod';
import { hourEntry, periodEntry, type EvidenceEntry, type HourEntry, type HourInputs, type PeriodEntry, type PeriodInputs } from './entry.js'; // prettier-ignore
import { AdvantagesSchema, encodeRow, jsonOf, PeriodRowSchema, SumsSchema, TestsSchema } from './kept-rows.js';

/** Version of the entries' fields. */
const VERSION = '1';

/** An entry as fields and values of a stream: numbers at full precision, empty where unknown. */
export const evidenceFields = (entry: EvidenceEntry): string[] => Object.entries(fieldsByName(entry)).flat();

const fieldsByName = (entry: EvidenceEntry): Record<string, string> => ({
  version: VERSION,
  kind: entry.kind,
  plan: entry.plan,
  policy: entry.policy,
  since: full(entry.sinceSec),
  start: full(entry.startSec),
  closed: full(entry.closedSec),
  ...(entry.kind === 'period' ? periodFields(entry) : hourFields(entry)),
});

const periodFields = ({ costBps, rows, advantage, effective }: PeriodEntry): Record<string, string> => ({
  cost_bps: full(costBps),
  rows: jsonOf(rows.map(encodeRow)),
  advantage_bps: full(advantage.advantageBps),
  missing_share: full(advantage.missingShare),
  symbols: full(advantage.symbols),
  effective_bps: full(effective.advantageBps),
  effective_missing_share: full(effective.missingShare),
  effective_symbols: full(effective.symbols),
});

const hourFields = ({ harmSec, rules, advantagesBps, advantageBps, before, after }: HourEntry): Record<string, string> => ({
  harm_since: full(harmSec),
  period_sec: full(rules.periodSec),
  clip_bps: full(rules.clipBps),
  delta_bps_per_day: full(rules.deltaBpsPerDay),
  advantages_bps: jsonOf(advantagesBps),
  advantage_bps: full(advantageBps),
  before: jsonOf(before),
  after: jsonOf(after),
  ...Object.fromEntries(EVIDENCE_TESTS.map((test) => [`e_${test}`, full(eValue(logE(after.tests[test])))])),
}); // prettier-ignore

/** The kind of an entry of the stream. */
export const kindOf = (flat: readonly string[]): string | undefined => fieldsOf(flat)['kind'];

const text = z.string();
const number = text.transform(parseNumber).pipe(z.number());
const json = <T extends z.ZodType>(type: T) => text.transform(parseJson).pipe(type);
const origin = {
  version: z.literal(VERSION),
  plan: text,
  policy: text,
  since: number,
  start: number,
  closed: number,
};

const PeriodFields = z
  .object({ ...origin, kind: z.literal('period'), cost_bps: number, rows: json(z.array(PeriodRowSchema)) })
  .transform((given): PeriodInputs => ({ ...originOf(given), costBps: given.cost_bps, rows: given.rows }));

const EvidenceSchema = z.strictObject({ tests: TestsSchema, sums: SumsSchema });
const HourFields = z
  .object({
    ...origin,
    kind: z.literal('hour'),
    harm_since: number,
    period_sec: number,
    clip_bps: number,
    delta_bps_per_day: number,
    advantages_bps: json(AdvantagesSchema),
    before: json(EvidenceSchema),
  })
  .transform((given): HourInputs => ({
    ...originOf(given),
    harmSec: given.harm_since,
    rules: { periodSec: given.period_sec, clipBps: given.clip_bps, deltaBpsPerDay: given.delta_bps_per_day },
    advantagesBps: given.advantages_bps,
    before: given.before,
  })); // prettier-ignore

const originOf = ({ plan, policy, since, start, closed }: { plan: string; policy: string; since: number; start: number; closed: number }) => ({
  plan, policy, sinceSec: since, startSec: start, closedSec: closed,
}); // prettier-ignore

/** A field that is not what follows from the rest. */
export interface FieldDifference {
  readonly field: string;
  readonly recorded: string | undefined;
  readonly replayed: string;
}

/** An entry computed again from the inputs that it carries, and the fields that then are others. */
export interface Recomputed {
  readonly entry: EvidenceEntry;
  readonly differences: readonly FieldDifference[];
}

/**
 * Computes an entry again. Undefined for anything that is no entry. A later version may add fields; they are not
 * compared.
 */
export function recompute(flat: readonly string[]): Recomputed | undefined {
  const fields: Record<string, string | undefined> = fieldsOf(flat);
  const entry = entryOf(fields);
  if (entry === undefined) return undefined;
  const differences = Object.entries(fieldsByName(entry))
    .filter(([field, replayed]) => fields[field] !== replayed)
    .map(([field, replayed]) => ({ field, recorded: fields[field], replayed }));
  return { entry, differences };
}

function entryOf(fields: Record<string, string | undefined>): EvidenceEntry | undefined {
  const period = PeriodFields.safeParse(fields).data;
  if (period !== undefined) return periodEntry(period);
  const hour = HourFields.safeParse(fields).data;
  return hour && hourEntry(hour);
}

/**
 * Reads what `evidenceFields` wrote. Undefined for anything else, also for an entry whose figures do not follow from
 * its inputs.
 */
export function parseEvidence(flat: readonly string[]): EvidenceEntry | undefined {
  const found = recompute(flat);
  return found?.differences.length === 0 ? found.entry : undefined;
}
