import { NEW_E_PROCESS, type GuardInput, type SymbolRow } from './index.js';

export const NOW = 1_763_386_800;

/** An enforced symbol with fresh inputs. */
export const row = (symbol: string, changes: Partial<SymbolRow> = {}): SymbolRow => ({
  symbol,
  baseUsd: 1000,
  enforced: true,
  multiplier: 0.95,
  before: 0.95,
  reasonOk: true,
  scoreAgeSec: 5,
  baseAgeSec: 5,
  priceAgeSec: 5,
  ...changes,
});

/** A cycle that every guard passes: two enforced symbols of three. */
export const calm: GuardInput = {
  nowSec: NOW,
  direction: 'down_only',
  blend: 0.5,
  stageDays: 4,
  symbols: [row('A'), row('B'), row('C', { enforced: false, multiplier: 1, before: 1 })],
  cohort: new Set(['A', 'B']),
  caps: { totalUsd: 250, symbolUsd: 100, bySymbolUsd: new Map(), clusters: [] },
  costBps: 5,
  turnoverDay: 0.5,
  relative: { fallBps: 10, sdBpsPerSqrtDay: 20, periods: 100, asOfSec: NOW - 60 },
  book: { valueUsd: 99_500, highUsd: 100_000, asOfSec: NOW - 7 },
  harm: { process: NEW_E_PROCESS, alpha: 0.1, asOfSec: NOW - 600 },
  positions: [
    { symbol: 'A', positionUsd: 940, effectiveUsd: 950 },
    { symbol: 'B', positionUsd: 0, effectiveUsd: 950 },
  ],
  hour: { due: 360, published: 360, symbolsDue: 720, symbolsEnforced: 720 },
  integrity: { replayed: 2, different: 0, unknownPolicies: 0, foreignWrites: 0, clockSkewSec: 0.1 },
  oscillation: { changes: 4, symbolHours: 2 },
  outside: { killSwitch: 'off', disarmLatch: 'off', budgetViolation: 'off' },
};
