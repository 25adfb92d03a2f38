import { encodeState, type ScoreRules } from '@quantum/efficiency-score';
import { flag, full, type ScoreInput } from '@quantum/redis-schemas';
import { closedText } from './closed-json.js';
import type { ScoreDecision } from './decide.js';

/** The `version` of our efficiency hashes and of our entries on the decision stream. */
export const SCORE_VERSION = 'brain_v1';

/** How a score takes effect. In shadow no hash is written. */
export const SCORE_MODES = ['shadow', 'enforce'] as const;
export type ScoreMode = (typeof SCORE_MODES)[number];

/** A decision as it is published. */
export interface PublishedScore {
  decision: ScoreDecision;
  mode: ScoreMode;
  /** Hash of the parameters. */
  policy: string;
  missing: readonly ScoreInput[];
  stale: readonly ScoreInput[];
  /**
   * Whether the entry has the state before it, even if it closes no period: the entry that led there may be missing.
   */
  carriesState: boolean;
}

type Text = (published: PublishedScore, rules: ScoreRules) => string;

/** The flags of what is missing and stale, as P3.1 writes them, without blanks. */
const flagsOf = ({ missing, stale }: PublishedScore): string =>
  [...missing.map((input) => `${input}_MISSING`), ...stale.map((input) => `${input}_STALE`)].join(',');
/** P3.0 is no input of the measure. */
const isComplete = ({ missing, stale }: PublishedScore): boolean =>
  [...missing, ...stale].every((input) => input === 'P30');

/** Fields that hash and entry share, each formatted by one rule: numbers as ECMAScript's `String(x)`. */
const SHARED: Readonly<Record<string, Text>> = {
  efficiency_score: ({ decision }) => full(decision.score.score),
  confidence: ({ decision }) => full(decision.score.confidence),
  ts: ({ decision }) => String(Math.floor(decision.cycle.nowSec)),
  mode: ({ mode }) => mode,
  version: () => SCORE_VERSION,
  efficiency_ewma: ({ decision }) => full(decision.score.scoreEwma),
  capital_pressure: ({ decision }) => decision.score.capitalPressure,
  reallocation_weight: ({ decision }) => full(decision.score.reallocationWeight),
  inputs_ok: (published) => flag(isComplete(published)),
  stale_flags: flagsOf,
  score_posterior: ({ decision }) => full(decision.score.scorePosterior),
  score_p31_v1: ({ decision }) => full(decision.score.scoreP31V1),
  n_eff: ({ decision }) => full(decision.score.effectivePeriods),
  coverage: ({ decision }) => full(decision.score.coverage),
  mean_bps: ({ decision }) => full(decision.score.meanBpsPerDay),
  sd_bps: ({ decision }) => full(decision.score.sdBpsPerDay),
  drawdown_usd: ({ decision }) => full(decision.score.drawdownUsd),
  idle_sec: ({ decision }) => full(decision.score.idleSec),
  policy: ({ policy }) => policy,
};

/** Fields of the entry alone: the symbol, and the inputs from which the score is computed again. */
const OF_ENTRY: Readonly<Record<string, Text>> = {
  now: ({ decision }) => full(decision.cycle.nowSec),
  reserved_usd: ({ decision }) => full(decision.cycle.reservedUsd),
  performance: ({ decision }) => full(decision.cycle.performance),
  last_execution: ({ decision }) => full(decision.cycle.lastExecutionSec),
  closed: ({ decision }) => (decision.closed && decision.closing ? closedText(decision.closing) : ''),
  state: ({ decision, carriesState }, rules) =>
    (decision.closed || carriesState) && decision.before ? JSON.stringify(encodeState(decision.before, rules)) : '',
};

const ENTRY: Readonly<Record<string, Text>> = { symbol: ({ decision }) => decision.symbol, ...SHARED, ...OF_ENTRY };

/** Fields of `quantum:capital:efficiency:{symbol}` as the brain writes it, in order. */
export const SCORE_HASH_FIELDS: readonly string[] = Object.keys(SHARED);
/** Fields of an entry of the brain's decision stream, in order. */
export const SCORE_ENTRY_FIELDS: readonly string[] = Object.keys(ENTRY);

const SHARED_TEXTS = Object.values(SHARED);
const ENTRY_TEXTS = Object.values(ENTRY);

const textsOf = (texts: readonly Text[], published: PublishedScore, rules: ScoreRules): string[] =>
  texts.map((text) => text(published, rules));
const flat = (names: readonly string[], texts: readonly string[]): string[] =>
  names.flatMap((name, at) => [name, texts[at] ?? '']);

/** The efficiency hash as a flat `[field, value, ...]` list. */
export const scoreHash = (published: PublishedScore, rules: ScoreRules): string[] =>
  flat(SCORE_HASH_FIELDS, textsOf(SHARED_TEXTS, published, rules));

/** The values of `SCORE_ENTRY_FIELDS`. The efficiency hash has some of them. */
export const scoreTexts = (published: PublishedScore, rules: ScoreRules): string[] =>
  textsOf(ENTRY_TEXTS, published, rules);

/** The entry of the decision stream as a flat `[field, value, ...]` list. */
export const scoreEntry = (published: PublishedScore, rules: ScoreRules): string[] =>
  flat(SCORE_ENTRY_FIELDS, scoreTexts(published, rules));
