import type { Position, Read } from '@quantum/redis-schemas';
import type { GateInput, GateLimits, GateLimitTable, GateName, PlanFields } from '@quantum/risk-gates';
import { counted, duration } from '../texts.js';

const usd = (value: number | undefined): string =>
  value === undefined ? 'unknown' : `${value.toLocaleString('en-US', { maximumFractionDigits: 2 })} USD`;
const ageOf = (sec: number): string => (Math.abs(sec) < 10 ? `${sec.toFixed(1)} s` : duration(sec));
const of = <T>(read: Read<T>, words: (value: T) => string): string =>
  read.readable ? words(read.value) : 'its state could not be read';
const held = ({ amount, markPriceUsd }: Position): string =>
  amount === 0 || amount === undefined || markPriceUsd === undefined
    ? (amount ?? 'unknown').toString()
    : usd(amount * markPriceUsd);

const WORDS: Readonly<Partial<Record<GateName, (input: GateInput, limits: GateLimits) => string>>> = {
  kill_switch: ({ killSwitchOn }) => of(killSwitchOn, (isOn) => `the kill switch is ${isOn ? 'on' : 'off'}`),
  disarmed: ({ disarmed }) => of(disarmed, (isSet) => (isSet ? 'the latch of the day is set' : 'no latch is set')),
  plan_age: ({ nowSec, submittedSec }, { planMaxAgeSec }) => `${ageOf(nowSec - submittedSec)} old, limit ${planMaxAgeSec} s`,
  kill_score: ({ killScore }, { killScoreCritical, refuseMissingKillScore }) =>
    killScore === undefined
      ? `none, which ${refuseMissingKillScore ? 'refuses' : 'passes'}; limit ${killScoreCritical}`
      : `${killScore === 'unreadable' ? 'not a number' : killScore}, limit ${killScoreCritical}`,
  symbol_cooldown: ({ window, nowSec }, { symbolCooldownSec }) =>
    of(window, ({ lastExecSec }) => {
      const last = lastExecSec === 'unreadable' ? 'could not be read' : lastExecSec === undefined ? 'is not known' : `${ageOf(nowSec - lastExecSec)} before`;
      return `last execution ${last}, cooldown ${symbolCooldownSec} s`;
    }),
  hourly_rate: ({ window }, { maxExecPerHour }) =>
    of(window, ({ hourCount }) => `${counted(hourCount, 'permit')} in 1 h, limit ${maxExecPerHour}`),
  burst_rate: ({ window }, { maxExecPer5Min }) =>
    of(window, ({ burstCount }) => `${counted(burstCount, 'permit')} in 5 min, limit ${maxExecPer5Min}`),
  daily_notional: ({ dayNotionalUsd, notionalUsd }, { maxNotionalPerDayUsd }) =>
    of(dayNotionalUsd, (sum) => `${usd(sum)} today, this plan ${usd(notionalUsd)}, limit ${usd(maxNotionalPerDayUsd)}`),
  portfolio_budget: ({ budget, violationSec, nowSec }) =>
    of(budget, ({ enforce }) =>
      enforce
        ? of(violationSec, (sec) => `last violation ${sec === undefined ? 'is not known' : `${ageOf(nowSec - sec)} before`}`)
        : 'P2.8 does not enforce',
    ),
  allocation_cap: ({ allocation, position, inFlightUsd, notionalUsd }) =>
    of(allocation, ({ enforce, targetUsd, effective }) =>
      enforce
        ? `target ${usd((effective ?? { targetUsd }).targetUsd)}, position ${of(position, held)}, in flight ${usd(inFlightUsd)}, this plan ${usd(notionalUsd)}`
        : 'P2.9 does not enforce',
    ),
  price_band: ({ priceUsd, position }, { priceBand }) =>
    `price ${usd(priceUsd)}, mark price ${of(position, ({ markPriceUsd }) => usd(markPriceUsd))}, band ${priceBand}`,
}; // prettier-ignore

/** A gate as it declares itself. */
interface Declared {
  readonly name: string;
  readonly fields: PlanFields;
  readonly limits: GateLimitTable;
}

/**
 * What a gate was given, with the limit that it holds it to: as well where it passed. A gate without words of its own
 * shows the plan fields and limits that it declares, by their names.
 */
export function gateWords({ name, fields, limits: table }: Declared, input: GateInput, limits: GateLimits): string {
  const own = Object.hasOwn(WORDS, name) ? WORDS[name as GateName] : undefined;
  if (own) return own(input, limits);
  const given = input as unknown as Readonly<Record<string, number | 'unreadable' | undefined>>;
  const held = limits as unknown as Readonly<Record<string, number | boolean>>;
  return [
    ...Object.entries(fields).map(([key, { field }]) => `${field} ${given[key] ?? 'not stated'}`),
    ...Object.entries(table).map(([key, { variable }]) => `${variable} ${held[key] ?? 'not known'}`),
  ].join(', ');
}
