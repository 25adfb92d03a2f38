import { isSymbol } from '../plan.js';
import { parsePythonJson } from '../gate-reads.js';
import { parseBoolean, parseNumber } from '../text.js';
import type { Execution, ExecutionFields, ExecutionResult, ParsedExecution } from './execution.js';
import { parseTime } from './time.js';

/** Fields in which publishers nest the event as JSON. All but the first may be free text instead. */
const NESTED = ['payload', 'details', 'data'] as const;
/** A payload may itself hold one; deeper ones are not read. */
const MAX_DEPTH = 2;
/** How far a stated time may be ahead of its entry, for clocks that differ, seconds. */
const MAX_AHEAD_SEC = 60;
/** Python's words for a value that is not there, and what the executor writes for an unknown order. */
const NO_ID: ReadonlySet<string> = new Set(['', '?', 'none', 'null', 'nan', 'unknown', 'pending', 'n/a', '0', '-1']);
const MAX_ID_CHARS = 128;
/** What is larger is garbage; sums of smaller ones stay finite. USD, or units of the asset. */
const MAX_AMOUNT = 1e15;
/** A whole string, terminated or not, or an integer that a double may round. */
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]+|\\[^]?)*"?|(?<![\w.+-])-?\d{16,}(?![\w.+-])/g;

type Values = Readonly<Record<string, unknown>>;

/** Reads the fields of an entry, those of its nested JSON first, and keeps what it could not read. */
export class EntryReader {
  readonly #layers: readonly Values[];
  readonly isJson: boolean;
  #hasInvalidNumber = false;

  constructor(fields: ExecutionFields) {
    const layers: Values[] = [fields];
    this.isJson = addNested(fields, layers, 0);
    this.#layers = layers.reverse();
  }

  /** The value of the first of these names that is present and not blank, as text. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      for (const layer of this.#layers) {
        const value = Object.hasOwn(layer, name) ? layer[name] : undefined;
        if (typeof value === 'number' || typeof value === 'boolean') return String(value);
        if (typeof value === 'string' && value.trim() !== '') return value;
      }
    }
    return undefined;
  }

  /** The number under the first of these names; undefined if absent, `None`, not a finite number or out of range. */
  number(...names: readonly string[]): number | undefined {
    const isKnown = (text: string | undefined) => text !== undefined && !/^\s*(none|null)\s*$/i.test(text);
    const text = names.map((name) => this.text(name)).find(isKnown);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (value !== undefined && Math.abs(value) <= MAX_AMOUNT) return value;
    this.#hasInvalidNumber = true;
    return undefined;
  }

  /** The first of these numbers that is above 0; publishers write 0 for what they do not know. */
  positive(...names: readonly string[]): number | undefined {
    for (const name of names) {
      const value = this.number(name);
      if (value !== undefined && value > 0) return value;
      if (value !== undefined && value < 0) this.#hasInvalidNumber = true;
    }
    return undefined;
  }

  isTrue(...names: readonly string[]): boolean {
    return names.some((name) => parseBoolean(this.text(name)));
  }

  get hasInvalidNumber(): boolean {
    return this.#hasInvalidNumber;
  }
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function addNested(values: Values, layers: Values[], depth: number): boolean {
  if (depth === MAX_DEPTH) return true;
  for (const name of NESTED) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) continue;
    const isObject = typeof value === 'string' ? value.trimStart().startsWith('{') : isValues(value);
    if (name !== 'payload' && !isObject) continue;
    const nested = typeof value === 'string' ? parsePythonJson(withLongIntegersAsText(value)) : value;
    if (!isValues(nested)) return false;
    layers.push(nested);
    if (!addNested(nested, layers, depth + 1)) return false;
  }
  return true;
}

/** Ids of orders have up to 19 digits: as numbers, neighbours would become one. */
function withLongIntegersAsText(json: string): string {
  return json.replace(STRING_OR_LONG_INTEGER, (found) => (found.startsWith('"') ? found : `"${found}"`));
}

/** What a stream's adapter finds in an entry beyond symbol, time and order. */
export type Found = Partial<Pick<Execution, 'fill' | 'feesUsd' | 'netPnlUsd'>> & {
  /** Why the entry is skipped. */
  skip?: ExecutionResult;
  /** A result to report where nothing worse was found. */
  note?: ExecutionResult;
};

/** Reads what all streams have in common, and adds what `find` finds. */
export function readEntry(
  fields: ExecutionFields,
  entrySec: number,
  find: (entry: EntryReader) => Found,
): ParsedExecution {
  const entry = new EntryReader(fields);
  if (!entry.isJson) return { result: 'invalid_json' };
  const symbol = entry.text('symbol') ?? '';
  if (!isSymbol(symbol)) return { result: 'invalid_symbol' };
  if (entry.isTrue('paper_trade', 'paper')) return { result: 'paper_trade' };
  const { skip, note = 'ok', fill: stated, feesUsd, netPnlUsd } = find(entry);
  if (skip) return { result: skip };
  const isGarbage = Math.abs((stated?.qty ?? 0) * (stated?.priceUsd ?? 0)) > MAX_AMOUNT;
  const fill = isGarbage ? undefined : stated;
  const statedSec = parseTime(entry.text('timestamp', 'ts', 'ts_epoch', 'time'));
  const hasTime = statedSec !== undefined && statedSec <= entrySec + MAX_AHEAD_SEC;
  const execution: Execution = {
    symbol,
    atSec: hasTime ? statedSec : entrySec,
    orderId: orderIdOf(entry.text('order_id', 'orderId')),
    fill,
    feesUsd,
    netPnlUsd,
  };
  const result =
    note === 'other_orders'
      ? note
      : entry.hasInvalidNumber || isGarbage
        ? 'invalid_number'
        : hasTime
          ? note
          : 'no_time';
  return { result, execution, statesTime: hasTime };
}

function orderIdOf(text: string | undefined): string | undefined {
  const id = text?.trim() ?? '';
  return id.length > MAX_ID_CHARS || NO_ID.has(id.toLowerCase()) ? undefined : id;
}

/** The sign of an order: 1 buys, -1 sells; undefined for another word. */
export function orderSign(side: string | undefined): 1 | -1 | undefined {
  const word = side?.trim().toUpperCase();
  if (word === 'BUY' || word === 'LONG') return 1;
  return word === 'SELL' || word === 'SHORT' ? -1 : undefined;
}

/** A fill of this side and quantity; undefined unless both are known. */
export function fillOf(side: string | undefined, qty: number | undefined, priceUsd?: number): Execution['fill'] {
  const sign = orderSign(side);
  return sign === undefined || qty === undefined ? undefined : { qty: sign * qty, priceUsd };
}
