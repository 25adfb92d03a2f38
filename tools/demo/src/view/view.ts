import type { Snapshot } from '@quantum/read-model';
import type { ApplyTally } from '../feed/apply-layer.js';
import type { Health } from '../services/health.js';

export interface ServiceView {
  name: string;
  /** Its function, in a word or two. */
  part: string;
  metricsUrl: string;
  health: Health;
  /** How its process ended, undefined while it runs. */
  ended: string | undefined;
}

/** Everything that is shown, at one moment. */
export interface View {
  nowSec: number;
  elapsedSec: number;
  /** When it stops by itself, undefined if it does not. */
  limitSec: number | undefined;
  redis: string;
  /** Source of the prices, or the state of the feed if it is off. */
  prices: string;
  /** The feed's, undefined if it is off. */
  feed:
    | {
        priceTsSec: number;
        speed: number;
        /** Symbols that start with permits of the past hour. */
        history: readonly string[];
        tally: Readonly<ApplyTally>;
        /** The brain's variables, which are the demo's own. */
        brain: Readonly<Record<string, string>>;
      }
    | undefined;
  services: readonly ServiceView[];
  /** Address of the console's page, or why it has no page. */
  page: string;
  snapshot: Snapshot;
  /** A note for the reader; mostly empty. */
  notice: string;
}
