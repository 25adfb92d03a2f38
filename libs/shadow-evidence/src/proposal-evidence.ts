import { EFFICIENCY_REASONS, parseNumber } from '@quantum/redis-schemas';
import { figuresOf, type Figure, type Window } from './figure.js';
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
    const figure = figuresOf({ n, of: 'proposals', window });
    const share = (count: number): number | undefined => (n === 0 ? undefined : count / n);
    const states = this.#stretches.byState();
    const broken = [...states].filter(([state]) => state !== 'ok');
    const [longest] = broken.sort(([, a], [, b]) => b.longestSec - a.longestSec);
    return [
      ...EFFICIENCY_REASONS.map((reason) => {
        const { count = 0, longestSec = 0, totalSec = 0 } = states.get(reason) ?? {};
        const note = `${count} stretches, together ${totalSec.toFixed(0)} s, the longest ${longestSec.toFixed(0)} s`;
        const value = share(this.reasons.get(reason) ?? 0);
        return figure(`reasons.${reason}_share`, `share with reason ${reason}`, value, 'share', note);
      }),
      figure('reasons.not_ok_share', 'share with any reason but ok', share(n - (this.reasons.get('ok') ?? 0)), 'share'),
      figure(
        'reasons.longest_stretch_sec',
        'longest stretch without ok',
        n === 0 ? undefined : (longest?.[1].longestSec ?? 0),
        's',
        longest?.[0],
      ),
    ];
  }

  #ageFigures(): Figure[] {
    const note = 'to the whole second of the cycle: up to 1 s too young';
    const ages = (name: string, label: string, ages: Distribution): Figure[] => {
      const figure = figuresOf({ n: ages.n, of: 'readings with a time', window: this.window });
      const at = (part: string, value: number | undefined): Figure =>
        figure(`freshness.${name}_age_${part}_sec`, `age of ${label}, ${part}`, value, 's', note);
      return [
        at('p50', ages.quantile(0.5)),
        at('p95', ages.quantile(0.95)),
        at('max', ages.n > 0 ? ages.max : undefined),
      ];
    };
    return [
      ...ages('eff', 'the efficiency reading', this.#efficiencyAges),
      ...ages('base', 'the base target', this.#baseAges),
    ];
  }

  #multiplierFigures(): Figure[] {
    const { multipliers, window, n } = this;
    const figure = figuresOf({ n, of: 'proposals', window });
    const at = (name: string, label: string, value: number | undefined): Figure =>
      figure(`multiplier.${name}`, `multiplier, ${label}`, value, 'x');
    return [
      at('min', 'least', n > 0 ? multipliers.min : undefined),
      at('p05', '5 %', multipliers.quantile(0.05)),
      at('p50', 'median', multipliers.quantile(0.5)),
      at('mean', 'mean', multipliers.mean),
      at('p95', '95 %', multipliers.quantile(0.95)),
      at('max', 'greatest', n > 0 ? multipliers.max : undefined),
    ];
  }

  #total(pick: (paths: SymbolPaths) => number): number {
    return [...this.#paths.values()].reduce((sum, paths) => sum + pick(paths), 0);
  }

  #pathFigures(): Figure[] {
    const { n, window } = this;
    const figure = figuresOf({ n, of: 'proposals', window });
    const hours = (window.toSec - window.fromSec) / 3600;
    const baseUsd = this.#total(({ base }) => base.turnoverUsd);
    const proposedUsd = this.#total(({ proposed }) => proposed.turnoverUsd);
    const largest = [...this.#paths].sort(([, a], [, b]) => largestUsd(b) - largestUsd(a))[0];
    const share = this.#largestShare;
    return [
      figure('turnover.base_usd_per_hour', 'turnover of the bases', per(baseUsd, hours), 'USD/h'),
      figure('turnover.proposed_usd_per_hour', 'turnover of the proposals', per(proposedUsd, hours), 'USD/h'),
      figure('turnover.ratio', 'turnover of the proposals against the bases', per(proposedUsd, baseUsd), 'x'),
      ...this.#oscillationFigures(),
      figure(
        'steps.largest_usd',
        'largest step of a proposal',
        largest && largestUsd(largest[1]),
        'USD',
        largest && `${largest[0]} at ${largest[1].proposed.largest.tsSec}`,
      ),
      figure(
        'steps.largest_share',
        'largest step against its base',
        n > 0 ? share.share : undefined,
        'share',
        share.symbol && `${share.symbol} at ${share.tsSec}`,
      ),
      ...this.#sumFigures(),
    ];
  }

  #oscillationFigures(): Figure[] {
    const figure = figuresOf({ n: this.n, of: 'proposals', window: this.window });
    const symbolHours = this.#total(({ proposed }) => proposed.hours);
    const base = this.#total((paths) => paths.base.directionChanges);
    const proposed = this.#total((paths) => paths.proposed.directionChanges);
    const rate = ({ proposed: { directionChanges, hours } }: SymbolPaths): number => per(directionChanges, hours) ?? 0;
    const worst = [...this.#paths].sort(([, a], [, b]) => rate(b) - rate(a))[0];
    return [
      figure('oscillation.base_per_symbol_hour', 'direction changes of a base', per(base, symbolHours), '1/h'),
      figure(
        'oscillation.proposed_per_symbol_hour',
        'direction changes of a proposal',
        per(proposed, symbolHours),
        '1/h',
      ),
      figure(
        'oscillation.worst_per_hour',
        'direction changes of the worst symbol',
        symbolHours > 0 && worst ? rate(worst[1]) : undefined,
        '1/h',
        worst?.[0],
      ),
    ];
  }

  #sumFigures(): Figure[] {
    const ratios = this.#sumRatios;
    const figure = figuresOf({ n: ratios.n, of: 'cycles', window: this.window });
    const label = 'sum of proposals against bases';
    return [
      figure('sums.ratio_min', `${label}, least`, ratios.n > 0 ? ratios.min : undefined, 'x'),
      figure('sums.ratio_mean', `${label}, mean`, ratios.mean, 'x'),
      figure('sums.ratio_max', `${label}, greatest`, ratios.n > 0 ? ratios.max : undefined, 'x'),
    ];
  }
}

const per = (amount: number, of: number): number | undefined => (of > 0 ? amount / of : undefined);
const largestUsd = ({ proposed }: SymbolPaths): number => Math.abs(proposed.largest.changeUsd);
