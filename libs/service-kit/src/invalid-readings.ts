import { systemClock } from '@quantum/clock';
import type { Logger } from './logger.js';

const HOUR_MS = 3_600_000;
/** Kinds and symbols that are kept; beyond that the oldest may be logged again within its hour. */
const MAX_KEPT = 10_000;
/** Characters of a value that are shown. */
const MAX_SHOWN = 64;

/** A value fit for a log: cut to 64 characters, then everything that is no visible character escaped. */
export function shownValue(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Logs what invalid readings said, so that the writer's mistake can be seen: once per reason, symbol and hour. */
export class InvalidReadings {
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #nowMs: () => number;
  /** When it was logged last, the oldest first. */
  readonly #loggedMs = new Map<string, number>();

  constructor(logger: Pick<Logger, 'warn'>, nowMs: () => number = systemClock.steadyMs) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** A reading of `symbol` is invalid; `names` and `values` are its fields as read, null where absent. */
  note(reason: string, symbol: string, names: readonly string[], values: readonly (string | null)[]): void {
    const key = `${reason} ${symbol}`;
    const nowMs = this.#nowMs();
    const lastMs = this.#loggedMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < HOUR_MS) return;
    this.#loggedMs.delete(key);
    this.#loggedMs.set(key, nowMs);
    if (this.#loggedMs.size > MAX_KEPT) {
      for (const oldest of this.#loggedMs.keys()) {
        this.#loggedMs.delete(oldest);
        break;
      }
    }
    const read = Object.fromEntries(
      names.map((name, i) => {
        const value = values[i];
        return [name, typeof value === 'string' ? shownValue(value) : null];
      }),
    );
    this.#logger.warn({ reason, symbol: shownValue(symbol), read }, 'invalid reading, the values as read');
  }
}
