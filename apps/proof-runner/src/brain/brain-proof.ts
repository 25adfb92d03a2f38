import type { Check } from '../proofs/proof.js';
import type { BrainParameters } from './parameters.js';
import type { Fields, ScoreEntry } from './score-watch.js';

/** Inputs of a proof's symbol. */
export interface Market {
  /** Signed position, units of the asset. */
  amount: number;
  /** The position is of 1970. */
  isOld?: true;
  /** The price goes up by its first value in each period. */
  rises?: true;
  /** Its inputs end once a period was measured. */
  ends?: true;
}

/** A restart of the brain as a proof sees it. */
export interface Restart {
  /** The symbol's state in Redis while no brain runs. */
  stored: Fields;
  /** Number of entries before it. */
  entriesBefore: number;
}

/** The observations for one proof. */
export interface Seen {
  symbol: string;
  /** Oldest first. */
  entries: readonly ScoreEntry[];
  parameters: BrainParameters;
  /** Number of entries when its inputs ended; undefined while they do not. */
  endedAt: number | undefined;
  /** Undefined until the brain was restarted. */
  restart: Restart | undefined;
}

/** A proof of the efficiency brain, on a symbol of its own. */
export interface BrainProof {
  name: string;
  /** The claim that it proves, in a line. */
  title: string;
  market: Market;
  /** Set if the brain must be killed and started again for it. */
  needsRestart?: true;
  /** What it waits for, in words; undefined once all of it was seen. */
  awaits: (seen: Seen) => string | undefined;
  /** The table shows the first two checks. */
  expect: (seen: Seen) => Check[];
}

/** The entries that count measured periods. */
export const measuredOf = ({ entries }: Pick<Seen, 'entries'>): ScoreEntry[] =>
  entries.filter(({ effectivePeriods }) => effectivePeriods > 0);

/** The last of them. */
export const lastMeasured = (seen: Pick<Seen, 'entries'>): ScoreEntry | undefined => measuredOf(seen).at(-1);

/** Awaits a score that counts a measured period. */
export const awaitsMeasured = (seen: Seen): string | undefined =>
  measuredOf(seen).length > 0 ? undefined : `entry of ${seen.symbol} with a measured period`;

/** The values of a field in these entries, each once, as they are shown. */
export const valuesOf = (entries: readonly ScoreEntry[], name: string): string =>
  [...new Set(entries.map(({ fields }) => fields[name] ?? '(absent)'))].join(', ');
