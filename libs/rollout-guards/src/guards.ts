import { bookDrawdown } from './guards/book-drawdown.js';
import { completeness } from './guards/completeness.js';
import { freshness } from './guards/freshness.js';
import { harm } from './guards/harm.js';
import { integrity } from './guards/integrity.js';
import { oscillation } from './guards/oscillation.js';
import { outside } from './guards/outside.js';
import { relativeDrawdown } from './guards/relative-drawdown.js';
import { slew } from './guards/slew.js';
import { sumRatio } from './guards/sum-ratio.js';
import { symbolBounds } from './guards/symbol-bounds.js';
import { tracking } from './guards/tracking.js';

/** Every guard. All run in every state that publishes; any one acts. */
export const GUARDS = [
  sumRatio,
  symbolBounds,
  slew,
  relativeDrawdown,
  bookDrawdown,
  harm,
  tracking,
  completeness,
  freshness,
  integrity,
  oscillation,
  outside,
] as const;
