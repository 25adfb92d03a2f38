import { timeText } from './figure-text.js';
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
      figure('turnover.base_usd_per_hour', per(baseUsd, hours)),
      figure('turnover.proposed_usd_per_hour', per(proposedUsd, hours)),
      figure('turnover.ratio', per(proposedUsd, baseUsd)),
      figure('turnover.added_books_per_hour', per(proposedUsd - baseUsd, bookUsdHours)),
    ];
  }

  #stepFigures(window: Window): Figure[] {
    const figure = figuresOf({ n: this.#n, of: 'proposals', window });
    const largest = [...this.#paths].sort(([, a], [, b]) => largestUsd(b) - largestUsd(a))[0];
    const { share, symbol, tsSec } = this.#largestShare;
    return [
      figure(
        'steps.largest_usd',
        largest && largestUsd(largest[1]),
        largest && `${largest[0]} at ${timeText(largest[1].proposed.largest.tsSec)} UTC`,
      ),
      figure('steps.largest_share', this.#n > 0 ? share : undefined, symbol && `${symbol} at ${timeText(tsSec)} UTC`),
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
      figure('oscillation.base_per_symbol_hour', per(base, symbolHours)),
      figure('oscillation.proposed_per_symbol_hour', per(proposed, symbolHours)),
      figure('oscillation.worst_per_hour', symbolHours > 0 && worst ? rate(worst[1]) : undefined, worst?.[0]),
    ];
  }

  #sumFigures(window: Window): Figure[] {
    const ratios = this.#sumRatios;
    const figure = figuresOf({ n: ratios.n, of: 'cycles', window });
    return [
      figure('sums.ratio_min', ratios.n > 0 ? ratios.min : undefined),
      figure('sums.ratio_mean', ratios.mean),
      figure('sums.ratio_max', ratios.n > 0 ? ratios.max : undefined),
    ];
  }
}

const per = (amount: number, of: number): number | undefined => (of > 0 ? amount / of : undefined);
const largestUsd = ({ proposed }: SymbolPaths): number => Math.abs(proposed.largest.changeUsd);
