import { mayHaveExpired } from './expiry.js';
import type { Decided, Report } from './findings.js';
import type { History } from './history.js';

/** The governor must count exactly the opens that it permitted, and stamp exactly the permits, each once. */
export function checkCounting(history: History, decided: ReadonlyMap<string, Decided>, report: Report): void {
  const permits = new Map<string, Decided['record'][]>();
  for (const { record } of decided.values()) {
    if (record.permit) permits.set(record.symbol, [...(permits.get(record.symbol) ?? []), record]);
  }
  for (const symbol of new Set([...history.windows.keys(), ...history.inflight.keys(), ...permits.keys()])) {
    const granted = permits.get(symbol) ?? [];
    const opens = granted.filter(({ inputs }) => inputs['closing'] === false);
    const ids = opens.map((record) => record.plan_id);
    const counted = [...(history.windows.get(symbol)?.keys() ?? [])];
    const expired = opens.filter((record) => mayHaveExpired(record, history)).map((record) => record.plan_id);
    const due = ids.filter((id) => counted.includes(id) || !expired.includes(id));
    if (!sameSet(due, counted)) report('window_mismatch', `${symbol}: ${difference(due, counted)}`);
    // `{}` is not a plan: the field keeps the hash alive.
    const left = (history.inflight.get(symbol) ?? []).filter((id) => id !== '{}' && !ids.includes(id));
    if (left.length > 0) report('inflight_left', `${symbol}: in flight without a permit: ${left.join(' ')}`);
    checkDay(symbol, history.days.get(symbol) ?? {}, opens, report);
    const lastSec = granted.length === 0 ? undefined : Math.max(...granted.map((record) => record.decided_at));
    const last = lastSec === undefined ? undefined : String(lastSec);
    const stamped = history.lastExec.get(symbol);
    const isGone = stamped === undefined && lastSec !== undefined && mayHaveExpired({ decided_at: lastSec }, history);
    if (stamped !== last && !isGone)
      report('last_exec_mismatch', `${symbol}: ${stamped ?? 'none'} instead of ${last ?? 'none'}`);
  }
}

function checkDay(
  symbol: string,
  day: Readonly<Record<string, string>>,
  opens: readonly Decided['record'][],
  report: Report,
): void {
  const today = opens.filter((record) =>
    new Date(record.decided_at * 1000).toISOString().startsWith(day['day'] ?? '-'),
  );
  const parts = new Map(
    today.map(({ plan_id: id, permit }) => [`p:${id}`, Math.round((permit?.computed_notional ?? 0) * 1e6)]),
  );
  const total = [...parts.values()].reduce((sum, part) => sum + part, 0);
  const kept = Object.entries(day).filter(([name]) => name.startsWith('p:'));
  const agrees =
    kept.length === parts.size &&
    kept.every(([name, micro]) => parts.get(name) === Number(micro)) &&
    Number(day['total_micro_usd'] ?? 0) === total;
  const forgotten = day['day'] === undefined && opens.length > 0;
  if (!agrees || forgotten) {
    report('daily_mismatch', `${symbol}: ${JSON.stringify(day)} where permits sum up to ${total} micro USD`);
  }
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length;

function difference(permits: readonly string[], counted: readonly string[]): string {
  const only = (a: readonly string[], b: readonly string[]): string =>
    a.filter((id) => !b.includes(id)).join(' ') || '-';
  return `opens permitted and not counted: ${only(permits, counted)}; counted without a permit: ${only(counted, permits)}`;
}
