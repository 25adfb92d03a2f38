import { figuresOf, type Figure, type Window } from './figure.js';
import { Distribution } from './statistics/distribution.js';
import { TargetPath } from './statistics/path.js';

const RATIO_BIN = 0.001;

interface SymbolPaths {
  base: TargetPath;
  proposed: TargetPath;
}

interface LargestShare {
  share: number;
  symbol: string;
  tsSec: number;
}

/** Measures how bases and proposals move, in the order of their times. Memory grows with the symbols alone. */
export class MovementEvidence {
  readonly #silenceSec: number;
  readonly #paths = new Map<string, SymbolPaths>();
  readonly #sumRatios = new Distribution(RATIO_BIN);
  #cycle = { tsSec: -1, base: 0, proposed: 0 };
  #largestShare: LargestShare = { share: 0, symbol: '', tsSec: 0 };
  #n = 0;

  /** @param silenceSec see `silenceSecOf` */
  constructor(silenceSec: number) {
    this.#silenceSec = silenceSec;
  }

  take(symbol: string, tsSec: number, baseUsd: number, proposedUsd: number): void {
    this.#n += 1;
    this.#step(symbol, tsSec, baseUsd, proposedUsd);
    if (tsSec !== this.#cycle.tsSec) this.#closeCycle(tsSec);
    this.#cycle.base += baseUsd;
    this.#cycle.proposed += proposedUsd;
  }

  #step(symbol: string, tsSec: number, baseUsd: number, proposedUsd: number): void {
    let paths = this.#paths.get(symbol);
    if (!paths) {
      paths = { base: new TargetPath(this.#silenceSec), proposed: new TargetPath(this.#silenceSec) };
      this.#paths.set(symbol, paths);
    }
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

  #total(pick: (paths: SymbolPaths) => number): number {
    return [...this.#paths.values()].reduce((sum, paths) => sum + pick(paths), 0);
  }

  /** @param coveredHours hours of the recording that proposals cover: what rates are per */
  figures(window: Window, coveredHours: number): Figure[] {
    this.#closeCycle(-1);
    return [
      ...this.#turnoverFigures(window, coveredHours),
      ...this.#oscillationFigures(window),
      ...this.#stepFigures(window),
      ...this.#sumFigures(window),
    ];
  }

  #turnoverFigures(window: Window, hours: number): Figure[] {
    const figure = figuresOf({ n: this.#n, of: 'proposals', window });
    const baseUsd = this.#total(({ base }) => base.turnoverUsd);
    const proposedUsd = this.#total(({ proposed }) => proposed.turnoverUsd);
    const bookUsdHours = this.#total(({ base }) => base.usdSeconds) / 3600;
    return [
      figure('turnover.base_usd_per_hour', 'turnover of the bases', per(baseUsd, hours), 'USD/h'),
      figure('turnover.proposed_usd_per_hour', 'turnover of the proposals', per(proposedUsd, hours), 'USD/h'),
      figure('turnover.ratio', 'turnover of the proposals against the bases', per(proposedUsd, baseUsd), 'x'),
      figure(
        'turnover.added_books_per_hour',
        'turnover that the proposals add to that of the bases, in sizes of the book',
        per(proposedUsd - baseUsd, bookUsdHours),
        '1/h',
      ),
    ];
  }

  #stepFigures(window: Window): Figure[] {
    const figure = figuresOf({ n: this.#n, of: 'proposals', window });
    const largest = [...this.#paths].sort(([, a], [, b]) => largestUsd(b) - largestUsd(a))[0];
    const { share, symbol, tsSec } = this.#largestShare;
    return [
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
        this.#n > 0 ? share : undefined,
        'share',
        symbol && `${symbol} at ${tsSec}`,
      ),
    ];
  }

  #oscillationFigures(window: Window): Figure[] {
    const figure = figuresOf({ n: this.#n, of: 'proposals', window });
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

  #sumFigures(window: Window): Figure[] {
    const ratios = this.#sumRatios;
    const figure = figuresOf({ n: ratios.n, of: 'cycles', window });
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
