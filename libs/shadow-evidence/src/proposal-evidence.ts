import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { parseNumber } from '@quantum/redis-schemas';
import { durationText, shown, timeText } from './figure-text.js';
import { figuresOf, type Figure, type Window } from './figure.js';
import { REASON_LABELS } from './figures.js';
import { MovementEvidence } from './movement-evidence.js';
import type { RecordedProposal } from '@quantum/decisions';
import { Coverage, silenceSecOf } from './statistics/coverage.js';
import { Distribution } from './statistics/distribution.js';
import { LongestOutside, NO_DATA, StretchMeter } from './statistics/stretches.js';
import { Timeline, type Bucket } from './statistics/timeline.js';

const MULTIPLIER_BIN = 0.01;
const AGE_BIN_SEC = 0.1;
/** A time further ahead is not fresh, as one in milliseconds: the default of P31_MAX_FUTURE_SEC. */
const MAX_FUTURE_SEC = 60;

/** Ages of what was read, by the times that it carried. One that is ahead would hide how old the others are. */
class Ages {
  readonly ages = new Distribution(AGE_BIN_SEC);
  /** Times that are too far ahead to say an age. */
  ahead = 0;

  take(nowSec: number, tsText: string): void {
    const ageSec = nowSec - (parseNumber(tsText) ?? NaN);
    if (ageSec >= -MAX_FUTURE_SEC) this.ages.add(ageSec);
    else if (ageSec < -MAX_FUTURE_SEC) this.ahead += 1;
  }
}

/** Measures proposals as they come, in the order of their times. Memory grows with the symbols alone. */
export class ProposalEvidence {
  readonly reasons = new Map<string, number>();
  readonly multipliers = new Distribution(MULTIPLIER_BIN);
  readonly coverage: Coverage;
  readonly #intervalSec: number | undefined;
  readonly #timeline = new Timeline();
  readonly #efficiencyAges = new Ages();
  readonly #baseAges = new Ages();
  readonly #stretches: StretchMeter;
  readonly #withoutOk = new LongestOutside('ok');
  readonly #movement: MovementEvidence;
  n = 0;

  /**
   * @param intervalSec how far apart the proposer's cycles are; undefined where that is not known: nothing is covered
   * then
   */
  constructor(intervalSec: number | undefined) {
    const silenceSec = silenceSecOf(intervalSec);
    this.#intervalSec = intervalSec;
    this.coverage = new Coverage(silenceSec);
    this.#stretches = new StretchMeter(silenceSec);
    this.#movement = new MovementEvidence(silenceSec);
  }

  /** From the first proposal to the last, or to the last sign of the recorder after it. */
  get window(): Window {
    return this.coverage.window;
  }

  /** What happened over time, for charts. */
  get buckets(): Bucket[] {
    return this.#timeline.bucketsAndSilences(silenceSecOf(this.#intervalSec));
  }

  /** Seconds that each of the buckets covers. */
  get bucketSec(): number {
    return this.#timeline.widthSec;
  }

  take(proposal: RecordedProposal): void {
    const { tsEpochSec, symbol, baseTargetUsd, proposedTargetUsd, multiplier, reason } = proposal;
    this.n += 1;
    this.coverage.observe(tsEpochSec);
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    this.multipliers.add(multiplier);
    this.#timeline.observe(tsEpochSec, reason, baseTargetUsd, proposedTargetUsd);
    this.#stretches.observe(symbol, reason, tsEpochSec);
    this.#withoutOk.observe(symbol, reason, tsEpochSec);
    this.#efficiencyAges.take(tsEpochSec, proposal.effTsText);
    this.#baseAges.take(tsEpochSec, proposal.baseTsText);
    this.#movement.take(symbol, tsEpochSec, baseTargetUsd, proposedTargetUsd);
  }

  figures(): Figure[] {
    return [
      ...this.#coverageFigures(),
      ...this.#reasonFigures(),
      ...this.#ageFigures(),
      ...this.#multiplierFigures(),
      ...this.#movement.figures(this.window, this.coverage.coveredSec / 3600),
    ];
  }

  #coverageFigures(): Figure[] {
    const { coverage, window } = this;
    const { n, coveredSec, share, longestSilence } = coverage;
    const figure = figuresOf({ n, of: 'cycles', window });
    const interval =
      this.#intervalSec === undefined
        ? 'the interval of the cycles is unknown'
        : `a cycle every ${this.#intervalSec} s`;
    const silent = longestSilence.seconds > 0 ? longestSilence.seconds : undefined;
    return [
      figure('recording.covered_hours', n > 0 ? coveredSec / 3600 : undefined, interval),
      figure('recording.coverage', share, interval),
      figure('recording.longest_silence_sec', silent, silent === undefined ? '' : `from ${timeText(longestSilence.fromSec)} UTC`),
    ]; // prettier-ignore
  }

  #reasonFigures(): Figure[] {
    const { n, window } = this;
    const figure = figuresOf({ n, of: 'proposals', window });
    const share = (count: number): number | undefined => (n === 0 ? undefined : count / n);
    const states = this.#stretches.byState();
    const { longest } = this.#withoutOk;
    const stretchesOf = (state: string): string => {
      const { count = 0, longestSec = 0, totalSec = 0 } = states.get(state) ?? {};
      if (count === 0) return '';
      return `${shown(count)} ${count === 1 ? 'stretch' : 'stretches'}, ${durationText(totalSec)} in all, longest ${durationText(longestSec)}`;
    };
    const symbolSec = [...states.values()].reduce((sum, { totalSec }) => sum + totalSec, 0);
    return [
      ...EFFICIENCY_REASONS.map((reason) =>
        figure(`reasons.${reason}_share`, share(this.reasons.get(reason) ?? 0), stretchesOf(reason)),
      ),
      figuresOf({ n: this.#stretches.symbols, of: 'symbols', window })(
        'reasons.no_data_share',
        symbolSec > 0 ? (states.get(NO_DATA)?.totalSec ?? 0) / symbolSec : undefined,
        stretchesOf(NO_DATA),
      ),
      figure('reasons.not_ok_share', share(n - (this.reasons.get('ok') ?? 0))),
      figure(
        'reasons.longest_stretch_sec',
        n === 0 ? undefined : (longest?.seconds ?? 0),
        longest &&
          `${longest.symbol} from ${timeText(longest.fromSec)} UTC: ${longest.states.map(reasonText).join(', ')}`,
      ),
    ];
  }

  #ageFigures(): Figure[] {
    const ages = (name: 'eff' | 'base', { ages, ahead }: Ages): Figure[] => {
      const left = ahead === 0 ? '' : `; ${shown(ahead)} more are over ${MAX_FUTURE_SEC} s ahead of their cycle`;
      const note = `to the whole second of the cycle: up to 1 s too young${left}`;
      const figure = figuresOf({ n: ages.n, of: 'readings with a time', window: this.window });
      const at = (part: 'p50' | 'p95' | 'max', value: number | undefined): Figure =>
        figure(`freshness.${name}_age_${part}_sec`, value, note);
      return [
        at('p50', ages.quantile(0.5)),
        at('p95', ages.quantile(0.95)),
        at('max', ages.n > 0 ? ages.max : undefined),
      ];
    };
    return [...ages('eff', this.#efficiencyAges), ...ages('base', this.#baseAges)];
  }

  #multiplierFigures(): Figure[] {
    const { multipliers, window, n } = this;
    const figure = figuresOf({ n, of: 'proposals', window });
    return [
      figure('multiplier.min', n > 0 ? multipliers.min : undefined),
      figure('multiplier.p05', multipliers.quantile(0.05)),
      figure('multiplier.p50', multipliers.quantile(0.5)),
      figure('multiplier.mean', multipliers.mean),
      figure('multiplier.p95', multipliers.quantile(0.95)),
      figure('multiplier.max', n > 0 ? multipliers.max : undefined),
    ];
  }
}

const reasonText = (reason: string): string =>
  Object.hasOwn(REASON_LABELS, reason) ? REASON_LABELS[reason as keyof typeof REASON_LABELS] : reason;
