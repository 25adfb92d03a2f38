/** What the reading of an entry of an execution stream came to. The first that holds wins. */
export const EXECUTION_RESULTS = [
  'invalid_symbol',
  'invalid_json',
  'paper_trade',
  'not_executed',
  'no_pnl',
  'other_orders',
  'invalid_number',
  'no_time',
  'zero_pnl',
  'no_fill',
  'ok',
] as const;
export type ExecutionResult = (typeof EXECUTION_RESULTS)[number];

/** The meaning of each result; the list in docs/ is generated from it. */
export const EXECUTION_RESULT_TEXT: Readonly<Record<ExecutionResult, string>> = {
  invalid_symbol: '`symbol` is absent or not a symbol; the entry is skipped',
  invalid_json: 'a nested payload is not a JSON object, or cut; the entry is skipped',
  paper_trade: '`paper_trade` is true; the entry is skipped',
  not_executed: 'the order was refused, failed or is not filled; the entry is skipped',
  no_pnl: 'the entry is a plan of the exit brain without `pnl`; it is skipped',
  other_orders: 'P&L and commission are those of other orders; neither is used',
  invalid_number: 'a number is not decimal text or out of range; it counts as absent',
  no_time: 'the time is absent, unreadable or ahead of the entry; the entry’s id gives it',
  zero_pnl: 'P&L is 0, which the publishers write where they do not know it; it counts as unknown',
  no_fill: 'an executed order without a readable side, quantity or price; only its fee and time are used',
  ok: 'none of these',
};

/** An executed order, as far as an entry tells. */
export interface Execution {
  symbol: string;
  /** When it was executed, unix seconds: the entry's own time, else its id's. */
  atSec: number;
  /** Id of the order; undefined if the entry names none. Different streams tell of one order. */
  orderId: string | undefined;
  /** Quantity in units of the asset, > 0 bought and < 0 sold, and its price in USD if the entry states it. */
  fill: { qty: number; priceUsd: number | undefined } | undefined;
  /** Fees paid, USD; negative for a rebate. Undefined if the entry states none. */
  feesUsd: number | undefined;
  /** P&L of the closed part after fees, USD. Undefined where it is unknown. */
  netPnlUsd: number | undefined;
}

/** An entry as read. Without `execution` it is skipped. */
export interface ParsedExecution {
  result: ExecutionResult;
  execution?: Execution;
  /** Whether the entry states the time of the execution; otherwise it is that of its id. */
  statesTime?: boolean;
}

/** Fields of a stream's entry, as published. */
export type ExecutionFields = Readonly<Record<string, string>>;

/**
 * Reads an entry of an execution stream. Total: any fields give a value, and no number in it is NaN or infinite.
 * @param entrySec time of the entry's id, unix seconds
 */
export type ExecutionAdapter = (fields: ExecutionFields, entrySec: number) => ParsedExecution;
