import type { RolloutState } from '@quantum/rollout-plan';

/** The commands of operators, as the field `command` of an entry names them. */
export const COMMAND_NAMES = [
  'submit',
  'approve',
  'revoke',
  'start',
  'hold',
  'resume',
  'rollback',
  'reduce_only',
  'retry',
  'exclude',
  'clear',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

const LOWERING: ReadonlySet<CommandName> = new Set(['hold', 'rollback', 'reduce_only', 'revoke', 'exclude']);
/** Whether a command can only lower risk: its age never refuses it, and no operator is asked to confirm it. */
export const lowersRisk = (name: CommandName): boolean => LOWERING.has(name);

/** A well-formed command. */
export interface RolloutCommand {
  /** Id of its entry. */
  readonly id: string;
  /** The Redis user that may write the stream of the entry. */
  readonly user: string;
  /** Time of its id, unix seconds. */
  readonly atSec: number;
  readonly name: CommandName;
  /**
   * Hash of a plan: always of approve, revoke and start. Of submit, resume and retry where it was given: what the
   * author saw.
   */
  readonly plan?: string;
  /** The epoch that the author saw (start, resume, retry, clear), where it was given; null: there was none. */
  readonly epoch?: number | null;
  /** The state that the author saw (resume, retry), as `seenState` names it, where it was given. */
  readonly seen?: string;
  /** Text of the plan (submit). */
  readonly planText?: string;
  /** Name of a stage (approve; revoke, where one alone is meant). */
  readonly stage?: string;
  /** Id of the entry of the evidence that the author saw; `0-0`: there was none (approve). */
  readonly evidence?: string;
  /** Symbols (exclude). */
  readonly symbols?: readonly string[];
  /** Free text of 200 characters at most; empty if none was given. */
  readonly reason: string;
}

/** How a command names an epoch that is absent. */
export const NO_EPOCH = 'none';

/** How a command names the state that its author saw: a hold with its cause. */
export const seenState = ({ name, holdCause }: Pick<RolloutState, 'name' | 'holdCause'>): string =>
  name === 'holding' ? `holding_${holdCause}` : name;

/**
 * What a command names, as JSON for the audit; empty: nothing. The text of a plan is not repeated: its hash names it.
 */
export function subjectOf({ plan, epoch, seen, stage, evidence, symbols }: RolloutCommand): string {
  const text = JSON.stringify({ plan, epoch: epoch === null ? NO_EPOCH : epoch, seen, stage, evidence, symbols });
  return text === '{}' ? '' : text;
}
