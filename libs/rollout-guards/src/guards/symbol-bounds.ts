import { defineGuard } from '../guard.js';
import type { ExposureCaps, SymbolRow } from '../input.js';

/** What a symbol is on its way to is judged: else it would leave its bounds, begin anew, and leave them again. */
const goalOf = ({ multiplier, atStateBlend = multiplier }: SymbolRow): number => atStateBlend;

const deviationUsd = (row: SymbolRow): number => Math.abs((row.baseUsd ?? NaN) * (goalOf(row) - 1));

/** The symbols of these rows, where their deviations together are not known to keep to a cap. */
const overCap = (rows: readonly SymbolRow[], capUsd: number): readonly SymbolRow[] =>
  rows.reduce((sum, row) => sum + deviationUsd(row), 0) <= capUsd ? [] : rows;

const overCaps = (rows: readonly SymbolRow[], caps: ExposureCaps): SymbolRow[] => [
  ...rows.filter((row) => !(deviationUsd(row) <= (caps.bySymbolUsd.get(row.symbol) ?? caps.symbolUsd))),
  ...caps.clusters.flatMap(({ symbols, capUsd }) =>
    overCap(
      rows.filter(({ symbol }) => symbols.includes(symbol)),
      capUsd,
    ),
  ),
  ...overCap(rows, caps.totalUsd),
];

/**
 * Bounds each enforced symbol, and its distance from the base in USD. A symbol that is out of bounds is not published.
 */
export const symbolBounds = defineGuard({
  name: 'symbol_bounds',
  summary:
    'a multiplier leaves `min`..`max`, or its distance from the base exceeds a cap of the plan in USD: these symbols are not published; a symbol outside of the cohort would be published: `rollback`',
  onBreach: 'none',
  onUnknown: 'none',
  unit: 'symbols',
  limits: {
    min: { default: 0.5, min: 0, max: 1, describe: 'least multiplier' },
    max: { default: 1.5, min: 1, max: 10, describe: 'greatest multiplier' },
  },
  evaluate({ nowSec, symbols, cohort, caps }, { min, max }) {
    const enforced = symbols.filter((row) => row.enforced);
    const isBaseKnown = (row: SymbolRow): boolean => Number.isFinite(deviationUsd(row)) && (row.baseUsd ?? NaN) >= 0;
    const known = enforced.filter(isBaseKnown);
    const isWithin = (row: SymbolRow): boolean => goalOf(row) >= min && goalOf(row) <= max;
    const out = [...known.filter((row) => !isWithin(row)), ...overCaps(known.filter(isWithin), caps)];
    const foreign = enforced.filter(({ symbol }) => !cohort.has(symbol));
    const unknown = enforced.filter((row) => !isBaseKnown(row));
    const toBase = [...new Set([...out, ...unknown, ...foreign].map(({ symbol }) => symbol))];
    const sample = { limit: 0, n: enforced.length, asOfSec: nowSec, toBase };
    if (foreign.length > 0) return { verdict: 'BREACH', value: toBase.length, ...sample, demand: 'rollback' };
    // Unknown comes before out of bounds: what is out of bounds is not published, and stops nothing else.
    if (unknown.length > 0) return { verdict: 'UNKNOWN', value: undefined, ...sample };
    return { verdict: out.length > 0 ? 'BREACH' : 'PASS', value: toBase.length, ...sample };
  },
});
