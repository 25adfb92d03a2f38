import type { BookUnits } from './book.js';
import type { FollowedSymbols } from './moves.js';
import type { HourCount } from './hour.js';
import type { Series } from './series.js';
import type { StageFold } from './stage.js';
import type { TargetSample } from './tracking.js';
import type { Window } from './window.js';

/** What a rollout keeps from cycle to cycle, apart from its state. Its size depends on the number of symbols alone. */
export interface Folds {
  /** Time of the last cycle, unix seconds; undefined: there was none. */
  readonly cycleSec: number | undefined;
  readonly followed: FollowedSymbols;
  readonly day: Window<'turnover'>;
  readonly hour: Window<HourCount>;
  readonly samples: readonly TargetSample[];
  /** Undefined: not known yet. */
  readonly book: BookUnits | undefined;
  readonly series: Series | undefined;
  readonly stage: StageFold | undefined;
}

/** Before the first cycle. */
export const NEW_FOLDS: Folds = {
  cycleSec: undefined,
  followed: new Map(),
  day: [],
  hour: [],
  samples: [],
  book: undefined,
  series: undefined,
  stage: undefined,
};
