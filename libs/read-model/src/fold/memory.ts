import type { KnownService, RolloutReading } from '../readings.js';
import type { LastHour } from './advantage.js';
import { NO_DECISIONS, type DecisionState } from './decisions.js';
import type { GuardFinding } from './findings.js';
import type { PolicyTexts, PolicyUse } from './policies.js';
import type { Plans } from './rollout.js';
import { NO_READINGS, type ServiceReadings } from './services.js';
import { NO_SYMBOLS, type SymbolState } from './symbols.js';

/** What a cycle keeps for the next one, apart from the snapshot. */
export interface Memory {
  readonly services: readonly KnownService[];
  readonly serviceReadings: ServiceReadings;
  readonly symbols: SymbolState;
  readonly decisions: DecisionState;
  readonly rollout: RolloutMemory;
  readonly uses: readonly PolicyUse[];
  readonly texts: PolicyTexts;
}

export interface RolloutMemory {
  /** As last read; undefined: it was not read yet. */
  readonly reading: RolloutReading | undefined;
  readonly plans: Plans;
  readonly hour: LastHour | undefined;
  readonly findings: readonly GuardFinding[];
  readonly published: number;
  readonly expiresAtSec: number | null;
}

export const newMemory = (services: readonly KnownService[]): Memory => ({
  services,
  serviceReadings: NO_READINGS,
  symbols: NO_SYMBOLS,
  decisions: NO_DECISIONS,
  rollout: { reading: undefined, plans: new Map(), hour: undefined, findings: [], published: 0, expiresAtSec: null },
  uses: [],
  texts: new Map(),
});
