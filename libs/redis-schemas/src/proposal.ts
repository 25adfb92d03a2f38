import { fixed, flag, full } from './text.js';

/** A proposal of one symbol in one cycle, with the inputs that it was made from. */
export interface ProposalBasics {
  /** The cycle's time, whole unix seconds: the `now` of its decisions. */
  tsEpochSec: number;
  symbol: string;
  /** Base target, USD. */
  baseTargetUsd: number;
  /** Base times multiplier, USD, unrounded. */
  proposedTargetUsd: number;
  multiplier: number;
  /** Undefined if the reading lacks it. */
  effScore: number | undefined;
  effConfidence: number | undefined;
  /** The reading's `ts` as written, empty if unreadable. */
  effTsText: string;
  effStale: boolean;
  /** The base target's `timestamp` as written, empty if unreadable. */
  baseTsText: string;
  /** Why its efficiency reading counts or does not: a code of efficiency-policy, or of a later version. */
  reason: string;
}

/** The origin of a proposal's multiplier. Proposals of earlier versions lack it. */
export interface MultiplierOrigin {
  /** The formula's multiplier, before smoothing and budget; 1 if the reason is not `ok`. */
  rawMultiplier: number;
  /** After smoothing, before the budget: the start of the next cycle's smoothing. 1 if the reason is not `ok`. */
  smoothedMultiplier: number;
  /** The start of smoothing and that cycle's time, unix seconds. Undefined: no state, or smoothing is off. */
  smoothingFrom: number | undefined;
  smoothingFromTsSec: number | undefined;
  /** Short hash of the parameters that decided. */
  policy: string;
  /** Budget scale factor of the multiplier; 1 if it changed nothing. */
  budgetScale: number;
}

/** The origin of a multiplier that neither smoothing nor a budget has changed. */
export const asComputed = (multiplier: number, policy: string): MultiplierOrigin => ({
  rawMultiplier: multiplier,
  smoothedMultiplier: multiplier,
  smoothingFrom: undefined,
  smoothingFromTsSec: undefined,
  policy,
  budgetScale: 1,
});

/** A decided proposal of one symbol in one cycle, with every input of its decision. */
export interface ProposalRecord extends ProposalBasics, MultiplierOrigin {}

/** Each text of a proposal, formatted once: the entry and the hash share many of them. */
const TEXTS = {
  ts: (p) => String(p.tsEpochSec),
  symbol: (p) => p.symbol,
  base: (p) => full(p.baseTargetUsd),
  baseRounded: (p) => fixed(p.baseTargetUsd, 2),
  proposed: (p) => full(p.proposedTargetUsd),
  proposedRounded: (p) => fixed(p.proposedTargetUsd, 2),
  multiplier: (p) => fixed(p.multiplier, 4),
  score: (p) => full(p.effScore),
  scoreRounded: (p) => fixed(p.effScore, 4),
  confidence: (p) => full(p.effConfidence),
  confidenceRounded: (p) => fixed(p.effConfidence, 3),
  effTs: (p) => p.effTsText,
  baseTs: (p) => p.baseTsText,
  stale: (p) => flag(p.effStale),
  reason: (p) => p.reason,
  mode: () => 'shadow',
  raw: (p) => fixed(p.rawMultiplier, 4),
  policy: (p) => p.policy,
  scale: (p) => full(p.budgetScale),
  smoothed: (p) => full(p.smoothedMultiplier),
  from: (p) => full(p.smoothingFrom),
  fromTs: (p) => full(p.smoothingFromTsSec),
} as const satisfies Record<string, (proposal: ProposalRecord) => string>;

/** A field name, and the text that it holds. */
type Field = readonly [name: string, text: keyof typeof TEXTS];

/** The original fields of stream entries, in the order in which they are written, at full precision. */
const FIRST_OF_STREAM: readonly Field[] = [
  ['ts_epoch', 'ts'],
  ['symbol', 'symbol'],
  ['base_target', 'base'],
  ['proposed_target', 'proposed'],
  ['multiplier', 'multiplier'],
  ['eff_score', 'score'],
  ['eff_confidence', 'confidence'],
  ['eff_ts', 'effTs'],
  ['base_ts', 'baseTs'],
  ['eff_stale', 'stale'],
  ['reason', 'reason'],
  ['mode', 'mode'],
];

/** The stream's fields. New fields are appended. */
const STREAM: readonly Field[] = [
  ...FIRST_OF_STREAM,
  ['raw_multiplier', 'raw'],
  ['policy', 'policy'],
  ['budget_scale', 'scale'],
  ['smoothing_from', 'from'],
  ['smoothing_from_ts', 'fromTs'],
];

/** The shadow hash's fields, in the order in which they are written: rounded for people. */
const HASH: readonly Field[] = [
  ['ts_epoch', 'ts'],
  ['symbol', 'symbol'],
  ['base_target', 'baseRounded'],
  ['proposed_target', 'proposedRounded'],
  ['multiplier', 'multiplier'],
  ['eff_score', 'scoreRounded'],
  ['eff_confidence', 'confidenceRounded'],
  ['eff_stale', 'stale'],
  ['reason', 'reason'],
  ['mode', 'mode'],
  ['last_update_ts_epoch', 'ts'],
  ['raw_multiplier', 'raw'],
  ['policy', 'policy'],
  ['budget_scale', 'scale'],
  ['smoothed_multiplier', 'smoothed'],
];

const WRITERS: readonly ((proposal: ProposalRecord) => string)[] = Object.values(TEXTS);
const places = Object.keys(TEXTS);

const namesOf = (fields: readonly Field[]): readonly string[] => fields.map(([name]) => name);
const writersOf = (fields: readonly Field[]) => fields.map(([name, text]) => ({ name, textOf: TEXTS[text] }));

/** A loop over writers that are looked up once. With `flatMap` and names, a million entries took 6 s longer. */
function write(fields: ReturnType<typeof writersOf>, proposal: ProposalRecord): string[] {
  const flat: string[] = [];
  for (const { name, textOf } of fields) flat.push(name, textOf(proposal));
  return flat;
}
const layoutOf = (fields: readonly Field[]): readonly (readonly [name: string, place: number])[] =>
  fields.map(([name, text]) => [name, places.indexOf(text)]);

export const PROPOSAL_STREAM_FIELDS = namesOf(STREAM);
/** The original fields: entries of earlier versions have no others. */
export const PROPOSAL_FIRST_STREAM_FIELDS = namesOf(FIRST_OF_STREAM);
export const PROPOSAL_HASH_FIELDS = namesOf(HASH);

const [STREAM_WRITERS, HASH_WRITERS] = [writersOf(STREAM), writersOf(HASH)];

/** The stream entry of a proposal as a flat `[field, value, ...]` list. */
export const proposalStreamEntry = (proposal: ProposalRecord): string[] => write(STREAM_WRITERS, proposal);

/** The shadow hash of a proposal as a flat `[field, value, ...]` list. */
export const proposalHash = (proposal: ProposalRecord): string[] => write(HASH_WRITERS, proposal);

/** Number of texts per proposal in `proposalTexts`. */
export const PROPOSAL_TEXTS = WRITERS.length;

/**
 * Every text of the proposals, each once, one proposal after another, for a caller that assembles entry and hash
 * itself. A loop: with `flatMap` and `map`, 10,000 proposals took 43 ms with their JSON instead of 22.
 */
export function proposalTexts(proposals: readonly ProposalRecord[]): string[] {
  const texts: string[] = [];
  for (const proposal of proposals) for (const write of WRITERS) texts.push(write(proposal));
  return texts;
}

/** The fields of the entry and of the hash, in their order, each with the index of its text in `proposalTexts`. */
export const PROPOSAL_STREAM_LAYOUT = layoutOf(STREAM);
export const PROPOSAL_HASH_LAYOUT = layoutOf(HASH);
