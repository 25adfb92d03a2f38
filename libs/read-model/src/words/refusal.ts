import type { GateName } from '@quantum/risk-gates';
import { counted, seconds, short, usd } from './format.js';

/** The numbers that decided, by name, as the refusal record has them. */
type Numbers = Readonly<Record<string, unknown>>;

/** What a gate found, in words. Any other gate shows the names of its numbers. */
const WORDS: Readonly<Partial<Record<GateName, (numbers: Numbers) => string>>> = {
  kill_switch: () => 'the kill switch is on',
  disarmed: () => 'opens are disarmed for the UTC day',
  plan_age: ({ age_sec, id_ahead_sec, max_age_sec }) =>
    id_ahead_sec === undefined
      ? `${seconds(age_sec)} old, limit ${seconds(max_age_sec)}`
      : `its stream id is ${seconds(id_ahead_sec)} ahead of Redis, and it has no usable timestamp`,
  kill_score: ({ kill_score, critical }) => `kill score ${short(kill_score)}, limit ${short(critical)}`,
  symbol_cooldown: ({ age_sec, cooldown_sec }) => `last execution ${seconds(age_sec)} ago, cooldown ${seconds(cooldown_sec)}`,
  hourly_rate: ({ exec_count, max_exec_per_hour }) => `${counted(exec_count, 'permit')} in 1 h, limit ${short(max_exec_per_hour)}`,
  burst_rate: ({ exec_count, max_exec_per_5min }) => `${counted(exec_count, 'permit')} in 5 min, limit ${short(max_exec_per_5min)}`,
  daily_notional: ({ day_notional_usd, notional_usd, max_notional_usd }) =>
    `${usd(day_notional_usd)} today and ${usd(notional_usd)} of this plan, limit ${usd(max_notional_usd)}`,
  portfolio_budget: ({ violation_age_sec, max_violation_age_sec }) =>
    `P2.8 reported a violation ${seconds(violation_age_sec)} ago, which counts for ${seconds(max_violation_age_sec)}`,
  allocation_cap: ({ position_usd, in_flight_usd, notional_usd, target_usd }) =>
    `position ${usd(position_usd)}, in flight ${usd(in_flight_usd)}, this plan ${usd(notional_usd)}, target ${usd(target_usd)}`,
  price_band: ({ price_usd, mark_price_usd, price_band }) =>
    `price ${usd(price_usd)}, mark price ${usd(mark_price_usd)}, band ${short(price_band)} of it`,
}; // prettier-ignore

const NO_NUMBERS: ReadonlySet<string> = new Set(['reason', 'timestamp', 'symbol', 'unreadable']);

/** Why a gate refused, with its numbers: "2 permits in 5 min, limit 2". Empty where the record has none. */
export function refusalWords(gate: string, block: Numbers | undefined): string {
  if (block === undefined) return '';
  if (block['unreadable'] === true) return 'its state could not be read';
  const own = Object.hasOwn(WORDS, gate) ? WORDS[gate as GateName] : undefined;
  if (own) return own(block);
  const others = Object.entries(block).filter(([name]) => !NO_NUMBERS.has(name));
  return others.slice(0, 8).map(([name, value]) => `${name} ${short(value)}`).join(', '); // prettier-ignore
}
