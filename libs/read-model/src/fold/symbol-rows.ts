import { effectiveMultiplier } from '@quantum/effective-target';
import {
  fieldsOf,
  inReadingOrder,
  parseEpoch,
  parseMultiplier,
  parseNumber,
  parsePosition,
  PROPOSAL_STREAM_FIELDS,
  readProposal,
  type Read,
  type ReadProposal,
} from '@quantum/redis-schemas';
import { positionUsd } from '@quantum/risk-gates';
import { known } from '../number.js';
import type { SymbolReading, Values } from '../readings.js';
import type { SymbolRow } from '../snapshot/symbols.js';
import { withScore } from './scores.js';

/** A row while a cycle is folded. */
export type Draft = { -readonly [Name in keyof SymbolRow]: SymbolRow[Name] };

/** A symbol without any known value. */
export const newRow = (symbol: string): SymbolRow => ({
  symbol,
  baseUsd: null,
  proposedUsd: null,
  multiplier: null,
  rawMultiplier: null,
  budgetScale: null,
  score: null,
  confidence: null,
  reason: '',
  policy: '',
  staleSinceSec: null,
  brainScore: null,
  brainConfidence: null,
  effectivePeriods: null,
  coverage: null,
  effectiveMultiplier: null,
  effectiveWhy: '',
  positionAmount: null,
  markPriceUsd: null,
  positionUsd: null,
  scores: [],
});

/**
 * Whether two rows say the same, in the fields that the first has. Histories are shared, so that equal ones are one
 * object.
 */
export function isSameRow(a: Partial<SymbolRow>, b: SymbolRow): boolean {
  for (const name in a) {
    if (!Object.is(a[name as keyof SymbolRow], b[name as keyof SymbolRow])) return false;
  }
  return true;
}

/** A proposal's entry, also where its fields have another order than ours write; undefined where it names no symbol. */
export function proposalOf(flat: readonly string[]): (ReadProposal & { symbol: string }) | undefined {
  const inPlace = readProposal(flat);
  const read = inPlace.symbol === undefined ? readProposal(inReadingOrder(fieldsOf(flat), PROPOSAL_STREAM_FIELDS)) : inPlace; // prettier-ignore
  const { symbol = '' } = read;
  return symbol === '' ? undefined : { ...read, symbol };
}

/** Text of a code that others write, cut: a row holds no novel. */
const code = (text: string | undefined): string => (text ?? '').slice(0, 64);

export function takeProposal(draft: Draft, proposal: ReadProposal, atSec: number): void {
  draft.baseUsd = known(proposal.baseTargetUsd);
  draft.proposedUsd = known(proposal.proposedTargetUsd);
  draft.multiplier = known(proposal.multiplier);
  draft.rawMultiplier = known(proposal.rawMultiplier);
  draft.budgetScale = known(proposal.budgetScale);
  draft.score = known(proposal.effScore);
  draft.confidence = known(proposal.effConfidence);
  draft.reason = code(proposal.reason);
  draft.policy = code(proposal.policy);
  draft.scores = withScore(draft.scores, Math.floor(atSec / 60), draft.score);
}

/** Takes the brain's decision on a score. */
export function takeScore(draft: Draft, fields: Readonly<Record<string, string>>): void {
  draft.brainScore = known(parseNumber(fields['efficiency_score']));
  draft.brainConfidence = known(parseNumber(fields['confidence']));
  draft.effectivePeriods = known(parseNumber(fields['n_eff']));
  draft.coverage = known(parseNumber(fields['coverage']));
}

const read = <T>(values: Values, parse: (values: readonly (string | null)[]) => T): Read<T> =>
  values === 'unreadable' ? { readable: false } : { readable: true, value: parse(values) };

/** P31_MAX_FUTURE_SEC at its default: the reader is no service, and has no configuration of its own. */
const MAX_FUTURE_SEC = 60;

/** What polled keys say of a symbol. */
type KeyFields = Pick<
  SymbolRow,
  'positionAmount' | 'markPriceUsd' | 'positionUsd' | 'effectiveMultiplier' | 'effectiveWhy'
>;

/** Reads the polled keys of a symbol. `epochText`: of `quantum:rollout:epoch`; undefined: unreadable. */
export function fieldsOfKeys(keys: SymbolReading, epochText: string | null | undefined, nowSec: number): KeyFields {
  const position = read(keys.position, parsePosition);
  const epoch: Read<number | undefined> =
    epochText === undefined ? { readable: false } : { readable: true, value: parseEpoch(epochText) };
  const { multiplier, why } = effectiveMultiplier({ published: read(keys.multiplier, parseMultiplier), epoch }, nowSec);
  return {
    positionAmount: position.readable ? known(position.value.amount) : null,
    markPriceUsd: position.readable ? known(position.value.markPriceUsd) : null,
    positionUsd: known(positionUsd(position, nowSec, { maxFutureSec: MAX_FUTURE_SEC })),
    effectiveMultiplier: known(multiplier),
    effectiveWhy: why,
  };
} // prettier-ignore
