import {
  EFFICIENCY_REASONS,
  fieldsOf,
  parseNumber,
  PROPOSAL_HASH_FIELDS,
  type MultiplierOrigin,
  type ProposalBasics,
} from '@quantum/redis-schemas';

/**
 * A proposal as parsed from an entry, of any version of the proposer. Fields that earlier versions did not write are
 * absent. The state of the next cycle is in the hash only.
 */
export type Proposal = ProposalBasics & Partial<Omit<MultiplierOrigin, 'smoothedMultiplier'>>;

/** A proposal as the shadow hash has it: money to the cent, score to 4 and confidence to 3 decimals. */
export type RoundedProposal = Omit<ProposalBasics, 'effTsText' | 'baseTsText'> &
  Partial<Pick<MultiplierOrigin, 'rawMultiplier' | 'smoothedMultiplier' | 'policy' | 'budgetScale'>>;

/** A proposal, or why it is not one, in words: the first field that is missing or invalid. */
export type Parsed<T> = { readable: true; proposal: T } | { readable: false; problem: string };

type Fields = Readonly<Record<string, string>>;

class Unreadable extends Error {}

/** Parses an entry of the proposal stream, given as its flat `[field, value, ...]` list. Total. */
export function parseProposalEntry(flat: readonly string[]): Parsed<Proposal> {
  const fields = fieldsOf(flat);
  return attempt(() => ({
    ...common(fields),
    effTsText: numberText(fields, 'eff_ts'),
    baseTsText: numberText(fields, 'base_ts'),
    ...origin(fields),
    ...(fields['smoothing_from'] !== undefined && {
      smoothingFrom: numberOrEmpty(fields, 'smoothing_from'),
      smoothingFromTsSec: numberOrEmpty(fields, 'smoothing_from_ts', Number.isSafeInteger),
    }),
  }));
}

/**
 * Parses a shadow hash, given as the values of an HMGET of `PROPOSAL_HASH_FIELDS`; undefined if all of them are absent.
 * Total.
 */
export function parseProposalHash(values: readonly (string | null)[]): Parsed<RoundedProposal> | undefined {
  if (values.every((value) => value === null)) return undefined;
  const fields = fieldsOf(PROPOSAL_HASH_FIELDS.flatMap((name, i) => (values[i] == null ? [] : [name, values[i]])));
  return attempt(() => ({
    ...common(fields),
    ...origin(fields),
    ...(fields['smoothed_multiplier'] !== undefined && { smoothedMultiplier: number(fields, 'smoothed_multiplier') }),
  }));
}

function attempt<T>(parse: () => T): Parsed<T> {
  try {
    return { readable: true, proposal: parse() };
  } catch (error) {
    if (error instanceof Unreadable) return { readable: false, problem: error.message };
    throw error;
  }
}

/** The common fields of entry and hash. An unknown mode or reason may mean anything, so it is unreadable. */
function common(fields: Fields): Omit<ProposalBasics, 'effTsText' | 'baseTsText'> {
  oneOf(fields, 'mode', ['shadow']);
  return {
    tsEpochSec: number(fields, 'ts_epoch', Number.isSafeInteger),
    symbol: text(fields, 'symbol', (symbol) => symbol !== '' && !symbol.includes('\uFFFD')), // not UTF-8, so not a symbol
    baseTargetUsd: number(fields, 'base_target'),
    proposedTargetUsd: number(fields, 'proposed_target'),
    multiplier: number(fields, 'multiplier'),
    effScore: share(fields, 'eff_score'),
    effConfidence: share(fields, 'eff_confidence'),
    effStale: oneOf(fields, 'eff_stale', ['0', '1']) === '1',
    reason: oneOf(fields, 'reason', EFFICIENCY_REASONS),
  };
}

/** The later fields of entry and hash about the multiplier's origin. */
const origin = (fields: Fields): Partial<MultiplierOrigin> => ({
  ...(fields['raw_multiplier'] !== undefined && { rawMultiplier: number(fields, 'raw_multiplier') }),
  ...(fields['policy'] !== undefined && { policy: text(fields, 'policy', (hash) => /^[0-9a-f]+$/.test(hash)) }),
  ...(fields['budget_scale'] !== undefined && { budgetScale: number(fields, 'budget_scale') }),
});

function text(fields: Fields, name: string, isGood: (text: string) => boolean): string {
  const value = fields[name];
  if (value === undefined) throw new Unreadable(`${name} is missing`);
  if (!isGood(value)) throw new Unreadable(`${name} is ${JSON.stringify(value.slice(0, 40))}`);
  return value;
}

const oneOf = <T extends string>(fields: Fields, name: string, words: readonly T[]): T =>
  text(fields, name, (value) => words.some((word) => word === value)) as T;

/** A number >= 0. */
function number(fields: Fields, name: string, isGood: (value: number) => boolean = Number.isFinite): number {
  const isNumber = (value: number | undefined): boolean => value !== undefined && value >= 0 && isGood(value);
  return parseNumber(text(fields, name, (value) => isNumber(parseNumber(value)))) as number;
}

/** A number >= 0; undefined if the text is empty. */
const numberOrEmpty = (fields: Fields, name: string, isGood?: (value: number) => boolean): number | undefined =>
  fields[name] === '' ? undefined : number(fields, name, isGood);

/** A number in 0..1; undefined if the text is empty. */
const share = (fields: Fields, name: string): number | undefined => numberOrEmpty(fields, name, (value) => value <= 1);

/** The text of a number as written, or empty. */
const numberText = (fields: Fields, name: string): string =>
  text(fields, name, (value) => value === '' || parseNumber(value) !== undefined);
