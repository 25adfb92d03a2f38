import { fieldsOf, full, parseNumber } from './text.js';

/**
 * What operators do by `quantumctl` that leaves an entry: switches, and the kill of a rollout, which is no command to
 * it.
 */
export const OPERATOR_ACTIONS = ['kill on', 'kill off', 'disarm clear', 'rollout kill'] as const;
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];

/** An entry of an operator's audit stream; its author is in the name of the stream. */
export interface OperatorAudit {
  /** Redis time, unix seconds. */
  readonly tsEpochSec: number;
  /** A text that is not among `OPERATOR_ACTIONS` is of a later version. */
  readonly action: string;
  readonly reason: string;
  /** The switch, or the epoch of the rollout, before and after, as read: `quantum:kill=1`; empty: absent. */
  readonly before: string;
  readonly after: string;
}

/** The entry as a flat `[field, value, ...]` list. */
export const operatorAuditEntry = ({ tsEpochSec, action, reason, before, after }: OperatorAudit): string[] =>
  ['ts_epoch', full(tsEpochSec), 'action', action, 'reason', reason, 'before', before, 'after', after]; // prettier-ignore

/** Reads an entry; undefined where it has no action or no time. */
export function parseOperatorAudit(flat: readonly string[]): OperatorAudit | undefined {
  const { ts_epoch, action = '', reason = '', before = '', after = '' } = fieldsOf(flat);
  const tsEpochSec = parseNumber(ts_epoch);
  return tsEpochSec === undefined || action === '' ? undefined : { tsEpochSec, action, reason, before, after };
}
