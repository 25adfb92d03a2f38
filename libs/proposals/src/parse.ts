import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import {
  fieldsOf,
  inReadingOrder,
  parseNumber,
  PROPOSAL_HASH_FIELDS,
  readProposal,
  type MultiplierOrigin,
  type ProposalBasics,
} from '@quantum/redis-schemas';

/** A proposal of any version's entry: fields that it lacks are absent. The next cycle's state is in the hash only. */
export type Proposal = ProposalBasics & Partial<Omit<MultiplierOrigin, 'smoothedMultiplier'>>;

/** A proposal as the shadow hash has it: money to the cent, score to 4 and confidence to 3 decimals. */
export type RoundedProposal = Omit<ProposalBasics, 'effTsText' | 'baseTsText'> &
  Partial<Pick<MultiplierOrigin, 'rawMultiplier' | 'smoothedMultiplier' | 'policy' | 'budgetScale'>>;

/** A proposal, or why it is not one, in words: the first field that is missing or invalid. */
export type Parsed<T> = { readable: true; proposal: T } | { readable: false; problem: string };

type Fields = Readonly<Record<string, string>>;
type IsGood = (text: string) => boolean;
type Rules = Readonly<Record<string, IsGood>>;

const oneOf =
  (words: readonly string[]): IsGood =>
  (text) =>
    words.includes(text);
/** A number >= 0. */
const number =
  (isGood: (value: number) => boolean = Number.isFinite): IsGood =>
  (text) => {
    const value = parseNumber(text);
    return value !== undefined && value >= 0 && isGood(value);
  };
const orEmpty =
  (isGood: IsGood): IsGood =>
  (text) =>
    text === '' || isGood(text);
const share = orEmpty(number((value) => value <= 1));
/** The text of a number as it was written. */
const numberText = orEmpty((text) => parseNumber(text) !== undefined);

/** What entry and hash have in common. A mode or a reason that is not known here may mean anything: unreadable. */
const COMMON: Rules = {
  mode: oneOf(['shadow']),
  ts_epoch: number(Number.isSafeInteger),
  symbol: (symbol) => symbol !== '' && !symbol.includes('\uFFFD'), // not UTF-8: no symbol
  base_target: number(),
  proposed_target: number(),
  multiplier: number(),
  eff_score: share,
  eff_confidence: share,
  eff_stale: oneOf(['0', '1']),
  reason: oneOf(EFFICIENCY_REASONS),
};
const ENTRY: Rules = { ...COMMON, eff_ts: numberText, base_ts: numberText };
/** What earlier versions did not write. */
const ORIGIN: Rules = {
  raw_multiplier: number(),
  policy: (hash) => /^[0-9a-f]+$/.test(hash),
  budget_scale: number(),
};
const SMOOTHING: Rules = {
  smoothing_from: orEmpty(number()),
  smoothing_from_ts: orEmpty(number(Number.isSafeInteger)),
};

const SMOOTHED: Rules = { smoothed_multiplier: number() };

/** Parses an entry of the proposal stream, given as its flat `[field, value, ...]` list. Total. */
export function parseProposalEntry(flat: readonly string[]): Parsed<Proposal> {
  const fields = fieldsOf(flat);
  const required = fields['smoothing_from'] === undefined ? ENTRY : { ...ENTRY, ...SMOOTHING };
  return parse(fields, required, ORIGIN);
}

/** Parses a shadow hash: the values of an HMGET of `PROPOSAL_HASH_FIELDS`; undefined if all are absent. Total. */
export function parseProposalHash(values: readonly (string | null)[]): Parsed<RoundedProposal> | undefined {
  if (values.every((value) => value === null)) return undefined;
  const fields = fieldsOf(PROPOSAL_HASH_FIELDS.flatMap((name, i) => (values[i] == null ? [] : [name, values[i]])));
  return parse(fields, COMMON, { ...ORIGIN, ...SMOOTHED });
}

const MAY_BE_EMPTY: readonly string[] = ['effScore', 'effConfidence', 'smoothingFrom', 'smoothingFromTsSec'];

/** Reads the fields that have a rule, where all of them are as agreed. */
function parse<T extends object>(fields: Fields, required: Rules, optional: Rules): Parsed<T> {
  const rules = { ...required, ...optional };
  for (const [name, isGood] of Object.entries(rules)) {
    const value = fields[name];
    if (value === undefined && name in required) return { readable: false, problem: `${name} is missing` };
    if (value !== undefined && !isGood(value))
      return { readable: false, problem: `${name} is ${JSON.stringify(value.slice(0, 40))}` };
  }
  const read = Object.entries(readProposal(inReadingOrder(fields, Object.keys(rules))));
  // What is left out was not written. An empty field is written: there was no number.
  const mayBeEmpty = 'smoothing_from' in required ? MAY_BE_EMPTY : MAY_BE_EMPTY.slice(0, 2);
  const given = read.filter(([property, value]) => value !== undefined || mayBeEmpty.includes(property));
  return { readable: true, proposal: Object.fromEntries(given) as T };
}
