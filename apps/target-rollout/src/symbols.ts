import { scanKeys, type Redis } from '@quantum/redis-io';
import {
  isSymbol,
  rolloutMultiplierKey,
  symbolAfter,
  symbolOfTargetKey,
  TARGET_KEY_PATTERN,
} from '@quantum/redis-schemas';

/** Keys that one SCAN call looks at; the server serves others in between. */
const SCAN_COUNT = 1000;

/** Which symbols there are. */
export interface Listed {
  /** Symbols with a live target. */
  targets: ReadonlySet<string>;
  /** Symbols with a published multiplier, of any writer. */
  multipliers: ReadonlySet<string>;
}

/** Finds symbols by scans beside the cycles. Only the first cycle waits for one. */
export class Symbols {
  readonly #redis: Redis;
  readonly #onProblem: (problem: string, error: unknown) => void;
  #listed: Listed | undefined;
  #scan: Promise<void> | undefined;

  constructor(redis: Redis, onProblem: (problem: string, error: unknown) => void) {
    this.#redis = redis;
    this.#onProblem = onProblem;
  }

  /**
   * The last whole list; the next scan begins with this call. @throws where no list is known yet and Redis does not
   * answer
   */
  async list(): Promise<Listed> {
    this.#scan ??= this.#scanAll().finally(() => {
      this.#scan = undefined;
    });
    this.#scan.catch((error: unknown) => {
      this.#onProblem('the scan for symbols failed', error);
    });
    if (!this.#listed) await this.#scan;
    return this.#listed ?? { targets: new Set(), multipliers: new Set() };
  }

  async #scanAll(): Promise<void> {
    const targets = new Set<string>();
    for await (const key of scanKeys(this.#redis, TARGET_KEY_PATTERN, SCAN_COUNT)) {
      const name = symbolOfTargetKey(key);
      if (name.kind === 'symbol' && isSymbol(name.symbol)) targets.add(name.symbol);
    }
    const multipliers = new Set<string>();
    for await (const key of scanKeys(this.#redis, rolloutMultiplierKey('*'), SCAN_COUNT)) {
      const symbol = symbolAfter(rolloutMultiplierKey(''), key);
      if (symbol !== undefined) multipliers.add(symbol);
    }
    this.#listed = { targets, multipliers };
  }
}
