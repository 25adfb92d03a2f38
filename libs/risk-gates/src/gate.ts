import type { Allocation, PortfolioBudget, GateMode, GateName, Position, Read } from '@quantum/redis-schemas';

/** The symbol's window of granted plans, without the plan itself. */
export interface ExecWindow {
  /** Last execution before this plan, unix seconds; undefined if none is known. It has a key of its own. */
  lastExecSec: number | undefined | 'unreadable';
  /** Permits in (now - 1 h, now]. */
  hourCount: number;
  /** Permits in (now - 5 min, now]. */
  burstCount: number;
}

/** Every input of the gates. Time and every read are inputs: the same input gives the same verdict. */
export interface GateInput {
  /** Time of the decision, unix seconds. */
  nowSec: number;
  /** Time of the plan's stream id, unix seconds. */
  submittedSec: number;
  /** Redis' clock at the time of the read, unix seconds. */
  serverSec: number;
  /** Creation time of the plan as it states it, unix seconds. */
  timestampSec: number | undefined;
  /** Whether the plan reduces risk. */
  closing: boolean;
  /** Undefined if the plan has none. */
  killScore: number | undefined | 'unreadable';
  /** The plan's own price, USD, > 0. */
  priceUsd: number | undefined;
  /** USD; undefined if quantity or price is unknown. */
  notionalUsd: number | undefined;
  killSwitchOn: Read<boolean>;
  disarmed: Read<boolean>;
  window: Read<ExecWindow>;
  /** Permitted notional of the UTC day before this plan, USD. */
  dayNotionalUsd: Read<number>;
  budget: Read<PortfolioBudget>;
  /** Time of the symbol's latest budget violation, unix seconds; undefined if none is known. */
  violationSec: Read<number | undefined>;
  allocation: Read<Allocation>;
  position: Read<Position>;
  /** Direction of the plan; undefined if the plan does not state it. */
  side: 'buy' | 'sell' | undefined;
  /**
   * Signed USD of the symbol's opens in flight that the position cannot contain yet. Undefined if it was not or could
   * not be read.
   */
  inFlightUsd: number | undefined;
}

/**
 * The limits of the gates; each is a variable of the governor. A limit that is its variable's value has that variable's
 * property name. Decision records' `limits`, their meanings and what-if therefore know it by the variable's name.
 */
export interface GateLimits {
  /** GOV_KILL_SWITCH_ALLOWS_CLOSES. */
  killSwitchAllowsCloses: boolean;
  /** GOV_PLAN_MAX_AGE_SEC. */
  planMaxAgeSec: number;
  /** GOV_KILL_SCORE_CRITICAL. */
  killScoreCritical: number;
  /** Whether an opening plan without a kill score is refused: GOV_KILL_SCORE_MISSING. */
  refuseMissingKillScore: boolean;
  /** GOV_SYMBOL_COOLDOWN_SECONDS; 0 disables. */
  symbolCooldownSec: number;
  /** GOV_MAX_EXEC_PER_HOUR. */
  maxExecPerHour: number;
  /** GOV_MAX_EXEC_PER_5MIN. */
  maxExecPer5Min: number;
  /** GOV_MAX_NOTIONAL_PER_DAY_USD. */
  maxNotionalPerDayUsd: number;
  /** Whether a plan of unknown notional is refused: true in production. */
  refuseUnknownNotional: boolean;
  /** GOV_COUNT_CLOSES: whether closing plans count in the windows and the day's notional. */
  countCloses: boolean;
  /** GOV_PRICE_BAND: maximum distance of a price from the mark price, relative to the mark price. */
  priceBand: number;
  /** P31_MAX_FUTURE_SEC: maximum lead of another team's time over `now`, seconds. */
  maxFutureSec: number;
}

/** The numbers that decided, for records. Names are snake_case with units, as in Redis. */
export type GateNumbers = Readonly<Record<string, number | string | boolean>>;

/** A gate's answer: a value, never an exception. */
export type GateAnswer =
  | { refused: false }
  /** `unreadable`: the gate refused because the state that it needs could not be read. */
  | { refused: true; numbers: GateNumbers; unreadable?: true };

/** One gate: a name that is also its reason code, the plans that it applies to, and a pure verdict. */
export interface Gate {
  name: GateName;
  /** When it refuses, for the docs: completes "refuses when ...". */
  summary: string;
  appliesTo: 'all' | 'opens';
  /** Mode where its variable GOV_GATE_<NAME> is not set. A new gate is watched in shadow before it decides. */
  defaultMode: GateMode;
  evaluate: (input: GateInput, limits: GateLimits) => GateAnswer;
}

/** The verdict of a gate that passes the plan. */
export const PASS: GateAnswer = { refused: false };

/** The verdict of a safety gate whose state could not be read. */
export const UNREADABLE: GateAnswer = { refused: true, numbers: {}, unreadable: true };

/** A refusal with the numbers that decided. */
export const refuse = (numbers: GateNumbers): GateAnswer => ({ refused: true, numbers });
