import { EFFICIENCY_REASONS, parseNumber } from '@quantum/redis-schemas';
import type { Figure, Window } from './figure.js';
import type { RecordedProposal } from './replay-proposal.js';
import { Distribution } from './statistics/distribution.js';
import { TargetPath } from './statistics/path.js';
import { StretchMeter } from './statistics/stretches.js';
import { Timeline } from './statistics/timeline.js';

const MULTIPLIER_BIN = 0.01;
const RATIO_BIN = 0.001;
const AGE_BIN_SEC = 0.1;

interface SymbolPaths {
  base: TargetPath;
  proposed: TargetPath;
}

interface LargestShare {
  share: number;
  symbol: string;
  tsSec: number;
}

/** Measures proposals as they come, in the order of their times. Memory grows with the symbols alone. */
export class ProposalEvidence {
  readonly reasons = new Map<string, number>();
  readonly multipliers = new Distribution(MULTIPLIER_BIN);
  readonly timeline = new Timeline();
  readonly #efficiencyAges = new Distribution(AGE_BIN_SEC);
  readonly #baseAges = new Distribution(AGE_BIN_SEC);
  readonly #stretches = new StretchMeter();
  readonly #paths = new Map<string, SymbolPaths>();
  readonly #sumRatios = new Distribution(RATIO_BIN);
  #cycle = { tsSec: -1, base: 0, proposed: 0 };
  #largestShare: LargestShare = { share: 0, symbol: '', tsSec: 0 };
  #window: Window | undefined;
  n = 0;

  get window(): Window {
    return this.#window ?? { fromSec: 0, toSec: 0 };
  }

  take(proposal: RecordedProposal): void {
    const { tsEpochSec, symbol, baseTargetUsd, proposedTargetUsd, multiplier, reason } = proposal;
    this.#window = { fromSec: this.#window?.fromSec ?? tsEpochSec, toSec: tsEpochSec };
    this.n += 1;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    this.multipliers.add(multiplier);
    this.timeline.observe(tsEpochSec, reason, baseTargetUsd, proposedTargetUsd);
    this.#stretches.observe(symbol, reason, tsEpochSec);
    const effTsSec = parseNumber(proposal.effTsText);
    if (effTsSec !== undefined) this.#efficiencyAges.add(tsEpochSec - effTsSec);
    const baseTsSec = parseNumber(proposal.baseTsText);
    if (baseTsSec !== undefined) this.#baseAges.add(tsEpochSec - baseTsSec);
    this.#step(symbol, tsEpochSec, baseTargetUsd, proposedTargetUsd);
    if (tsEpochSec !== this.#cycle.tsSec) this.#closeCycle(tsEpochSec);
    this.#cycle.base += baseTargetUsd;
    this.#cycle.proposed += proposedTargetUsd;
  }

  #step(symbol: string, tsSec: number, baseUsd: number, proposedUsd: number): void {
    let paths = this.#paths.get(symbol);
    if (!paths) this.#paths.set(symbol, (paths = { base: new TargetPath(), proposed: new TargetPath() }));
    paths.base.observe(baseUsd, tsSec);
    const changeUsd = paths.proposed.observe(proposedUsd, tsSec);
    const share = baseUsd > 0 ? Math.abs(changeUsd) / baseUsd : 0;
    if (share > this.#largestShare.share) this.#largestShare = { share, symbol, tsSec };
  }

  #closeCycle(nextSec: number): void {
    const { base, proposed } = this.#cycle;
    if (base > 0) this.#sumRatios.add(proposed / base);
    this.#cycle = { tsSec: nextSec, base: 0, proposed: 0 };
  }

  figures(): Figure[] {
    this.#closeCycle(-1);
    return [...this.#reasonFigures(), ...this.#ageFigures(), ...this.#multiplierFigures(), ...this.#pathFigures()];
  }

  #reasonFigures(): Figure[] {
    const { n, window } = this;
    const share = (count: number): number | undefined => (n === 0 ? undefined : count / n);
    const states = this.#stretches.byState();
    const of = 'proposals';
    const longest = [...states]
      .filter(([state]) => state !== 'ok')
      .sort(([, a], [, b]) => b.longestSec - a.longestSec)[0];
    return [
      ...EFFICIENCY_REASONS.flatMap((reason): Figure[] => {
        const { count = 0, longestSec = 0, totalSec = 0 } = states.get(reason) ?? {};
        const note = `${count} stretches, together ${totalSec.toFixed(0)} s, the longest ${longestSec.toFixed(0)} s`;
        const value = share(this.reasons.get(reason) ?? 0);
        return [{ id: `reasons.${reason}_share`, label: `share with reason ${reason}`, value, unit: 'share', n, of, window, note }];
      }),
      { id: 'reasons.not_ok_share', label: 'share with any reason but ok', value: share(n - (this.reasons.get('ok') ?? 0)), unit: 'share', n, of, window },
      {
        id: 'reasons.longest_stretch_sec', label: 'longest stretch without ok', value: n === 0 ? undefined : (longest?.[1].longestSec ?? 0),
        unit: 's', n, of, window, ...(longest && { note: longest[0] }),
      },
    ]; // prettier-ignore
  }

  #ageFigures(): Figure[] {
    const { window } = this;
    const ages = (name: string, label: string, ages: Distribution): Figure[] =>
      ([['p50', ages.quantile(0.5)], ['p95', ages.quantile(0.95)], ['max', ages.n > 0 ? ages.max : undefined]] as const).map(
        ([part, value]) => ({
          id: `freshness.${name}_age_${part}_sec`, label: `age of ${label}, ${part}`, value, unit: 's', n: ages.n, of: 'readings with a time', window,
          note: 'to the whole second of the cycle: up to 1 s too young',
        }),
      ); // prettier-ignore
    return [
      ...ages('eff', 'the efficiency reading', this.#efficiencyAges),
      ...ages('base', 'the base target', this.#baseAges),
    ];
  }

  #multiplierFigures(): Figure[] {
    const { multipliers, window, n } = this;
    const at = (name: string, label: string, value: number | undefined): Figure => ({
      id: `multiplier.${name}`, label: `multiplier, ${label}`, value, unit: 'x', n, of: 'proposals', window,
    }); // prettier-ignore
    return [
      at('min', 'least', n > 0 ? multipliers.min : undefined),
      at('p05', '5 %', multipliers.quantile(0.05)),
      at('p50', 'median', multipliers.quantile(0.5)),
      at('mean', 'mean', multipliers.mean),
      at('p95', '95 %', multipliers.quantile(0.95)),
      at('max', 'greatest', n > 0 ? multipliers.max : undefined),
    ];
  }

  #pathFigures(): Figure[] {
    const { n, window } = this;
    const paths = [...this.#paths];
    const total = (pick: (paths: SymbolPaths) => number): number => paths.reduce((sum, [, one]) => sum + pick(one), 0);
    const hours = (window.toSec - window.fromSec) / 3600;
    const symbolHours = total(({ proposed }) => proposed.hours);
    const per = (amount: number, time: number): number | undefined => (time > 0 ? amount / time : undefined);
    const [baseUsd, proposedUsd] = [total((one) => one.base.turnoverUsd), total((one) => one.proposed.turnoverUsd)];
    const rate = ({ directionChanges, hours }: TargetPath): number => per(directionChanges, hours) ?? 0;
    const worst = paths.toSorted(([, a], [, b]) => rate(b.proposed) - rate(a.proposed))[0];
    const largest = paths.toSorted(
      ([, a], [, b]) => Math.abs(b.proposed.largest.changeUsd) - Math.abs(a.proposed.largest.changeUsd),
    )[0];
    const ratios = this.#sumRatios;
    const proposals = { n, of: 'proposals', window };
    const cycles = { n: ratios.n, of: 'cycles', window };
    return [
      { id: 'turnover.base_usd_per_hour', label: 'turnover of the bases', value: per(baseUsd, hours), unit: 'USD/h', ...proposals },
      { id: 'turnover.proposed_usd_per_hour', label: 'turnover of the proposals', value: per(proposedUsd, hours), unit: 'USD/h', ...proposals },
      { id: 'turnover.ratio', label: 'turnover of the proposals against the bases', value: per(proposedUsd, baseUsd), unit: 'x', ...proposals },
      { id: 'oscillation.base_per_symbol_hour', label: 'direction changes of a base', value: per(total((one) => one.base.directionChanges), symbolHours), unit: '1/h', ...proposals },
      { id: 'oscillation.proposed_per_symbol_hour', label: 'direction changes of a proposal', value: per(total((one) => one.proposed.directionChanges), symbolHours), unit: '1/h', ...proposals },
      { id: 'oscillation.worst_per_hour', label: 'direction changes of the worst symbol', value: symbolHours > 0 && worst ? rate(worst[1].proposed) : undefined, unit: '1/h', ...proposals, ...(worst && { note: worst[0] }) },
      { id: 'steps.largest_usd', label: 'largest step of a proposal', value: n > 0 && largest ? Math.abs(largest[1].proposed.largest.changeUsd) : undefined, unit: 'USD', ...proposals, ...(largest && { note: `${largest[0]} at ${largest[1].proposed.largest.tsSec}` }) },
      { id: 'steps.largest_share', label: 'largest step against its base', value: n > 0 ? this.#largestShare.share : undefined, unit: 'share', ...proposals, note: `${this.#largestShare.symbol} at ${this.#largestShare.tsSec}` },
      { id: 'sums.ratio_min', label: 'sum of proposals against bases, least', value: ratios.n > 0 ? ratios.min : undefined, unit: 'x', ...cycles },
      { id: 'sums.ratio_mean', label: 'sum of proposals against bases, mean', value: ratios.mean, unit: 'x', ...cycles },
      { id: 'sums.ratio_max', label: 'sum of proposals against bases, greatest', value: ratios.n > 0 ? ratios.max : undefined, unit: 'x', ...cycles },
    ]; // prettier-ignore
  }
}
