import { parseJson } from '@quantum/redis-schemas';
import type { Move, RolloutPlan } from '@quantum/rollout-plan';
import * as z from 'zod';

/** More plans push out the oldest that does not run. */
export const MAX_PLANS = 32;

const text = z.string().max(256);

const DeskSchema = z.strictObject({
  version: z.literal(1),
  /** In the order of their submission. */
  plans: z.array(
    z.strictObject({
      hash: text,
      /** The user that submitted it, and is not its approver. */
      proposer: text,
      /** Unix seconds. */
      atSec: z.number(),
      /** Symbols that were excluded since. */
      excluded: z.array(text),
    }),
  ),
  /** The last one of each plan, stage and user. */
  approvals: z.array(
    z.strictObject({
      plan: text,
      stage: text,
      user: text,
      /** Unix seconds. */
      atSec: z.number(),
      /** Id of the entry of the evidence that the user saw. */
      evidence: text,
    }),
  ),
  /** The last entry that was read from each user. */
  lastIds: z.array(z.strictObject({ user: text, id: text })),
});

/** What the rollout keeps of commands: plans, approvals, excluded symbols, and how far it has read. */
export type Desk = Readonly<z.infer<typeof DeskSchema>>;

export const EMPTY_DESK: Desk = { version: 1, plans: [], approvals: [], lastIds: [] };

export const encodeDesk = (desk: Desk): string => JSON.stringify(desk);
/** Reads what `encodeDesk` wrote, to the bit; undefined for anything else. */
export const parseDesk = (written: string): Desk | undefined => DeskSchema.safeParse(parseJson(written)).data;

/** The last entry that was read from a user; `0-0`: none. */
export const lastIdOf = ({ lastIds }: Desk, user: string): string =>
  lastIds.find((last) => last.user === user)?.id ?? '0-0';

/** Whether one id of an entry is behind another. */
export function isAfter(id: string, other: string): boolean {
  const [[ms, seq], [otherMs, otherSeq]] = [numbersOf(id), numbersOf(other)];
  return ms > otherMs || (ms === otherMs && seq > otherSeq);
}

function numbersOf(id: string): [bigint, bigint] {
  const [, ms = '0', seq = '0'] = /^(\d+)-(\d+)$/.exec(id) ?? [];
  return [BigInt(ms), BigInt(seq)];
}

/** The desk after an entry was read, whatever it said. An id never goes back. */
export function markRead(desk: Desk, user: string, id: string): Desk {
  if (!isAfter(id, lastIdOf(desk, user))) return desk;
  return { ...desk, lastIds: [...desk.lastIds.filter((last) => last.user !== user), { user, id }] };
}

/** Symbols that operators have excluded since the plan was submitted. */
export const excludedOf = ({ plans }: Desk, plan: string): ReadonlySet<string> =>
  new Set(plans.find(({ hash }) => hash === plan)?.excluded);

/** Moves after which the evidence of a plan is void. */
const VOIDING: ReadonlySet<Move | undefined> = new Set<Move>(['kill', 'clear', 'rollback', 'restart']);

/**
 * The desk after a move. Approvals of the stages above the first were given on the evidence: where it is void, they are
 * removed. `hash`: of the plan before the move. `plan`: undefined where it cannot be read; then the first stage loses
 * its approvals too.
 */
export function deskAfter(desk: Desk, move: Move | undefined, hash: string, plan: RolloutPlan | undefined): Desk {
  if (!VOIDING.has(move)) return desk;
  const first = plan?.stages[0]?.name;
  return { ...desk, approvals: desk.approvals.filter((given) => given.plan !== hash || given.stage === first) };
}

/** Whether a stage has the approvals that it needs. */
export interface Approval {
  readonly isApproved: boolean;
  /** Since when, unix seconds; undefined: it has not. A stage that needs none is approved now, and so never expires. */
  readonly approvedSec: number | undefined;
}

/** The users whose approvals count; undefined: not known, and all do. */
export type ListedUsers = readonly string[] | undefined;

/** The approvals of a stage that count: of users that are listed, and none of the plan's proposer. */
export function approvalsOf({ plans, approvals }: Desk, plan: string, stage: string, users: ListedUsers): Desk['approvals'] {
  const proposer = plans.find(({ hash }) => hash === plan)?.proposer;
  return approvals.filter(
    ({ user, ...given }) =>
      given.plan === plan && given.stage === stage && proposer !== undefined && user !== proposer && (users?.includes(user) ?? true),
  );
} // prettier-ignore

/** The approvals of a stage: one for each user, the most recent count. `users`: as in `approvalsOf`. */
export function approvalOf(
  desk: Desk,
  plan: string,
  stage: { readonly name: string; readonly approvals: number },
  { nowSec, users }: { readonly nowSec: number; readonly users: ListedUsers },
): Approval {
  if (stage.approvals <= 0) return { isApproved: true, approvedSec: nowSec };
  const byUser = new Map(approvalsOf(desk, plan, stage.name, users).map(({ user, atSec }) => [user, atSec]));
  const approvedSec = [...byUser.values()].sort((a, b) => b - a)[stage.approvals - 1];
  return { isApproved: approvedSec !== undefined, approvedSec };
}

const DAY_SEC = 86_400;

/** Whether a stage may begin or go on: it has its approvals, and at the last stage none older than `approvalDays`. */
export function isStageApproved(
  desk: Desk,
  hash: string,
  { stages, approvalDays }: Pick<RolloutPlan, 'stages' | 'approvalDays'>,
  stage: number,
  at: { readonly nowSec: number; readonly users: ListedUsers },
): boolean {
  const found = stages[stage];
  const { approvedSec } = found ? approvalOf(desk, hash, found, at) : {};
  if (approvedSec === undefined) return false;
  return stage + 1 < stages.length || at.nowSec - approvedSec <= approvalDays * DAY_SEC;
}

/** The list of users as text, as ROLLOUT_USERS has it. */
export const encodeUsers = (users: readonly string[]): string => users.join(',');
/** Reads what `encodeUsers` wrote; null or undefined: it is not there. */
export const parseUsers = (written: string | null | undefined): ListedUsers =>
  written?.split(',').filter((user) => user !== '');
