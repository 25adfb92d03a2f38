import type { PlanWords } from '../plan/words.js';

/** Columns by which symbols can be sorted. */
export const COLUMNS = ['symbol', 'base', 'proposed', 'multiplier', 'score', 'confidence', 'reason', 'effective', 'position'] as const; // prettier-ignore
export type ColumnName = (typeof COLUMNS)[number];

/** The decision record that is open. */
export type OpenPlan =
  | { readonly planId: string; readonly state: 'asked' }
  | { readonly planId: string; readonly state: 'failed'; readonly why: string }
  | { readonly planId: string; readonly state: 'read'; readonly words: PlanWords };

/** What the reader has chosen. It stays in the browser. */
export interface Ui {
  /** Part of a symbol's name, and code of a reason; empty: all. */
  readonly text: string;
  readonly reason: string;
  readonly sortBy: ColumnName;
  readonly isDescending: boolean;
  /** Gate whose refusals are shown, or `permit`; empty: all. */
  readonly gate: string;
  /** Symbol whose history is shown; empty: none. */
  readonly symbol: string;
  readonly plan: OpenPlan | null;
  /** First row of the table that is drawn. */
  readonly firstRow: number;
}

export const FIRST_UI: Ui = {
  text: '',
  reason: '',
  sortBy: 'symbol',
  isDescending: false,
  gate: '',
  symbol: '',
  plan: null,
  firstRow: 0,
};

/**
 * The way to the server: `first`: the page as the server drew it; `lost`: it connects again; `stale`: nothing came for
 * too long; `logged_out`: the console asks for the token.
 */
export type Link = 'first' | 'live' | 'lost' | 'stale' | 'logged_out';

/** What the reader can do. Absent on the server. */
export interface Actions {
  readonly choose: (change: Partial<Ui>) => void;
  readonly openPlan: (planId: string) => void;
}
