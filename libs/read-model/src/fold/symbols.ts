import { SCORE_VERSION } from '@quantum/decisions';
import { fieldsOf } from '@quantum/redis-schemas';
import type { CycleReadings, Entry } from '../readings.js';
import { FORGET_SEC, PROPOSAL_STALE_SEC } from '../snapshot/snapshot.js';
import type { SymbolRow } from '../snapshot/symbols.js';
import { Drafts } from './drafts.js';
import { addedSec, inOrder } from './entries.js';
import { fieldsOfKeys, isSameRow, proposalOf, takeProposal, takeScore } from './symbol-rows.js';

/** When a symbol was last proposed, and scored by our brain, unix seconds; 0: never. */
interface Seen {
  readonly proposedSec: number;
  readonly scoredSec: number;
}
type Rows = ReadonlyMap<string, SymbolRow>;
type SeenBySymbol = ReadonlyMap<string, Seen>;

/** Symbols, and what the next cycle needs of them. */
export interface SymbolState {
  readonly rows: Rows;
  readonly seen: SeenBySymbol;
  /** Hash of the brain's parameters. */
  readonly scorePolicy: string;
}

export const NO_SYMBOLS: SymbolState = { rows: new Map(), seen: new Map(), scorePolicy: '' };

/** Symbols after a cycle, and what it counted. */
export interface SymbolStep {
  readonly state: SymbolState;
  /** Reasons of the proposals. */
  readonly reasons: readonly string[];
  readonly scores: number;
  readonly leftOut: number;
  readonly unreadable: number;
}

const NEVER: Seen = { proposedSec: 0, scoredSec: 0 };

/** Folds proposals, scores of our brain, and polled keys. `epoch`: text of the rollout's epoch as last read. */
export function foldSymbols(before: SymbolState, readings: CycleReadings, epoch: string | null | undefined): SymbolStep {
  const { nowSec, symbols: polled = [] } = readings;
  const proposals = inOrder(readings.proposals ?? []);
  const scores = inOrder(readings.scores ?? []);
  const drafts = new Drafts(before.rows);
  const proposed = takeProposals(drafts, proposals.entries, nowSec);
  const scored = takeScores(drafts, scores.entries, nowSec, before.scorePolicy);
  for (const keys of polled) {
    const row = drafts.current(keys.symbol);
    const fields = row && fieldsOfKeys(keys, epoch, nowSec);
    // Of thousands of polled symbols few have changed: the others are not copied.
    if (row && fields && !isSameRow(fields, row)) Object.assign(drafts.of(keys.symbol) ?? {}, fields);
  }
  const seen = merged(before.seen, proposed.atSec, scored.atSec);
  const left = withoutForgotten(aged(drafts.rows(), seen, nowSec), seen, nowSec);
  return {
    state: { ...left, scorePolicy: scored.policy },
    reasons: proposed.reasons,
    scores: scored.count,
    leftOut: drafts.leftOut,
    unreadable: proposals.unreadable + scores.unreadable + proposed.unreadable + scored.unreadable,
  };
} // prettier-ignore

function takeProposals(drafts: Drafts, entries: readonly Entry[], nowSec: number) {
  const [reasons, atSec] = [[] as string[], new Map<string, number>()];
  let unreadable = 0;
  for (const entry of entries) {
    const proposal = proposalOf(entry.fields);
    const draft = proposal && drafts.of(proposal.symbol);
    if (!proposal) unreadable += 1;
    if (!draft) continue;
    const sec = addedSec(entry, nowSec);
    takeProposal(draft, proposal, sec);
    atSec.set(proposal.symbol, sec);
    reasons.push(draft.reason);
  }
  return { reasons, atSec, unreadable };
}

function takeScores(drafts: Drafts, entries: readonly Entry[], nowSec: number, policyBefore: string) {
  const atSec = new Map<string, number>();
  let [count, unreadable, policy] = [0, 0, policyBefore];
  for (const entry of entries) {
    const fields: Readonly<Record<string, string>> = fieldsOf(entry.fields);
    if (fields['version'] !== SCORE_VERSION) continue; // another P3.1 writes to the same stream
    const symbol = fields['symbol'] ?? '';
    const draft = symbol === '' ? undefined : drafts.of(symbol);
    if (symbol === '') unreadable += 1;
    if (!draft) continue;
    takeScore(draft, fields);
    atSec.set(symbol, addedSec(entry, nowSec));
    count += 1;
    policy = (fields['policy'] ?? '').slice(0, 64);
  }
  return { count, atSec, unreadable, policy };
}

function merged(before: SeenBySymbol, proposed: ReadonlyMap<string, number>, scored: ReadonlyMap<string, number>): SeenBySymbol {
  if (proposed.size + scored.size === 0) return before;
  const seen = new Map(before);
  for (const [symbol, proposedSec] of proposed) seen.set(symbol, { ...(seen.get(symbol) ?? NEVER), proposedSec });
  for (const [symbol, scoredSec] of scored) seen.set(symbol, { ...(seen.get(symbol) ?? NEVER), scoredSec });
  return seen;
} // prettier-ignore

/** The rows with those marked whose proposals have stopped. */
function aged(rows: Rows, seen: SeenBySymbol, nowSec: number): Rows {
  const changed: SymbolRow[] = [];
  for (const row of rows.values()) {
    const { proposedSec } = seen.get(row.symbol) ?? NEVER;
    const staleSinceSec = proposedSec > 0 && nowSec - proposedSec > PROPOSAL_STALE_SEC ? proposedSec : null;
    if (staleSinceSec !== row.staleSinceSec) changed.push({ ...row, staleSinceSec });
  }
  if (changed.length === 0) return rows;
  const next = new Map(rows);
  for (const row of changed) next.set(row.symbol, row);
  return next;
}

/** What is left of rows once those are forgotten that neither step 1 nor the brain has named for an hour. */
function withoutForgotten(rows: Rows, seen: SeenBySymbol, nowSec: number): Pick<SymbolState, 'rows' | 'seen'> {
  const gone: string[] = [];
  for (const [symbol, { proposedSec, scoredSec }] of seen) {
    if (nowSec - Math.max(proposedSec, scoredSec) > FORGET_SEC) gone.push(symbol);
  }
  if (gone.length === 0) return { rows, seen };
  const left = { rows: new Map(rows), seen: new Map(seen) };
  for (const symbol of gone) {
    left.rows.delete(symbol);
    left.seen.delete(symbol);
  }
  return left;
}
