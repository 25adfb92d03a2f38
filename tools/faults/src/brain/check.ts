import type { StreamEntry } from '@quantum/testbed';
import type { Finding } from '../scenario.js';
import { scoreOf, stateAfter, type Closed, type State } from './formulas.js';

export type BrainFindingKind =
  | 'bad_shape'
  | 'not_finite'
  | 'period_twice'
  | 'broken_chain'
  | 'wrong_score'
  | 'unknown_input'
  | 'wrong_fees'
  | 'miscounted';
type BrainFinding = Finding<BrainFindingKind>;

/** What the market wrote, as far as the brain was to read it. */
export interface Written {
  /** Whether a symbol ever had this position, and this price. */
  isPosition: (symbol: string, qty: number) => boolean;
  isPrice: (symbol: string, usd: number) => boolean;
  /** Fees of a symbol's orders in a period, USD; undefined where they cannot be separated from the next period's. */
  feesOf: (symbol: string, period: number) => number | undefined;
}

/** A stream as the checker found it. */
export interface Checked {
  findings: BrainFinding[];
  /** Entries that close a period, and periods between them that none closes. */
  closings: number;
  skipped: number;
  /** Closed periods whose fees were compared. */
  feesChecked: number;
  /** State of each symbol after its last closed period. */
  states: ReadonlyMap<string, State>;
}

const NOT_FINITE = /\b(NaN|Infinity)\b/i;
const SHAPES: Readonly<Record<string, RegExp>> = {
  efficiency_score: /^(0|1|0\.\d+|\d(\.\d+)?e-\d+)$/,
  confidence: /^(0|1|0\.\d+|\d(\.\d+)?e-\d+)$/,
  ts: /^\d+$/,
  mode: /^enforce$/,
  version: /^brain_v1$/,
  capital_pressure: /^(INCREASE|HOLD|DECREASE)$/,
  inputs_ok: /^[01]$/,
  policy: /^[0-9a-f]{12}$/,
};

const close = (a: number, b: number, relative: number): boolean =>
  (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + 1e-15;

/** Whether a hash or an entry of a score has its shape and no number that is none. */
export function checkShape(what: string, fields: Readonly<Record<string, string>>): BrainFinding[] {
  const text = `${what}: ${JSON.stringify(fields)}`;
  const broken = Object.entries(SHAPES).filter(([name, shape]) => !shape.test(fields[name] ?? ''));
  return [
    ...(Object.values(fields).some((value) => NOT_FINITE.test(value)) ? [{ kind: 'not_finite' as const, text }] : []),
    ...(broken.length > 0
      ? [{ kind: 'bad_shape' as const, text: `${broken.map(([name]) => name).join(' ')} of ${text}` }]
      : []),
  ];
}

/** Reads a state's texts; what is blank is unknown. */
export const stateOf = (fields: Readonly<Record<string, string>>): State =>
  Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, text === '' || name === 'version' ? NaN : Number(text)]),
  );

/** Fields in which a state differs from the one that the formulas give. */
export const differences = (found: State, expected: State): string[] =>
  Object.entries(expected)
    .filter(([name, value]) => !close(found[name] ?? NaN, value, 1e-9))
    .map(([name, value]) => `${name} ${found[name] ?? 'absent'} in place of ${value}`);

/**
 * Checks the decision stream from its first entry on: the periods of each symbol go up, each goes on from the state
 * after the one before, and state and score are what the formulas give for the recorded inputs.
 * @param isWhole whether Redis has lost no entries: else a symbol may begin with a state that is not known
 */
export function checkStream(entries: readonly StreamEntry[], written?: Written, isWhole = true): Checked {
  const states = new Map<string, State>();
  const findings: BrainFinding[] = [];
  let [closings, skipped, feesChecked] = [0, 0, 0];
  for (const { id, fields } of entries) {
    const symbol = fields['symbol'] ?? '';
    const add = (kind: BrainFindingKind, what: string): void => {
      findings.push({ kind, text: `${id} ${symbol}: ${what}` });
    };
    const shape = checkShape(id, fields);
    findings.push(...shape);
    if (shape.some(({ kind }) => kind === 'not_finite')) continue;
    const known = states.get(symbol);
    if (fields['closed'] !== '') {
      const closed = JSON.parse(fields['closed'] ?? '') as Closed;
      const before = fields['state'] === '' ? undefined : stateOf(JSON.parse(fields['state'] ?? '') as Record<string, string>); // prettier-ignore
      const last = known?.['period'] ?? -1;
      if (closed.period <= last) add('period_twice', `period ${closed.period} after ${last}`);
      const wrong = known && before ? differences(before, known) : known || (before && isWhole) ? ['begins anew'] : [];
      if (wrong.length > 0) add('broken_chain', wrong.join(', '));
      if (written && checkInputs(symbol, closed, written, add)) feesChecked += 1;
      closings += 1;
      if (before) skipped += closed.period - (before['period'] ?? NaN) - 1;
      states.set(symbol, stateAfter(before, closed));
    }
    if (!isWhole && !states.has(symbol)) continue;
    const scores = scoreOf(states.get(symbol), Number(fields['now']));
    const off = Object.entries(scores).filter(([name, value]) => !(Math.abs(Number(fields[name]) - value) <= 1e-6 * Math.max(1, value))); // prettier-ignore
    if (off.length > 0) add('wrong_score', `${JSON.stringify(Object.fromEntries(off))} by ${JSON.stringify(fields)}`);
  }
  return { findings, closings, skipped, feesChecked, states };
}

/** Whether the fees were compared, too. */
function checkInputs(
  symbol: string,
  { period, position, price, fees_usd: fees }: Closed,
  written: Written,
  add: (kind: BrainFindingKind, what: string) => void,
): boolean {
  if (position !== undefined && !written.isPosition(symbol, position)) add('unknown_input', `position ${position}`);
  if (price !== undefined && !written.isPrice(symbol, price)) add('unknown_input', `price ${price}`);
  const expected = written.feesOf(symbol, period);
  if (expected !== undefined && !close(fees, expected, 1e-9)) {
    add('wrong_fees', `period ${period} has ${fees} USD in place of ${expected}`);
  }
  return expected !== undefined;
}

/** Whether the counters say what the stream shows. */
export function checkCounts(
  { closings, skipped }: Checked,
  counted: { closings: number; skipped: number },
): BrainFinding[] {
  const isRight = closings === counted.closings && skipped === counted.skipped;
  const text = `${counted.closings} closed and ${counted.skipped} skipped periods counted, ${closings} and ${skipped} in the stream`;
  return isRight ? [] : [{ kind: 'miscounted', text }];
}
