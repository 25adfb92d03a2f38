/** Why a command is refused. A retired code is never used again. */
export const REFUSALS = [
  'unknown_command',
  'invalid_field',
  'repeated',
  'too_old',
  'from_future',
  'invalid_plan',
  'wrong_hash',
  'already_submitted',
  'unknown_plan',
  'unknown_stage',
  'own_plan',
  'no_approval',
  'no_policy',
  'not_approved',
  'already_running',
  'other_plan',
  'other_epoch',
  'other_state',
  'unknown_symbol',
  'not_possible',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

/** The meaning of each code; the list in docs/ is generated from it. */
export const REFUSAL_TEXT: Readonly<Record<RefusalCode, string>> = {
  unknown_command: '`command` is absent or names no command',
  invalid_field: 'a field that the command needs is absent or malformed',
  repeated: 'the entry is not newer than the last one that was read from this user',
  too_old: 'the entry is more than 15 min older than Redis time, and the command does not only lower risk',
  from_future: 'the id of the entry is more than 15 min ahead of Redis time, and the command does not only lower risk',
  invalid_plan: 'the plan is not valid; `quantumctl rollout lint` lists the violations',
  wrong_hash: '`plan_json` is not the plan that `plan` names',
  already_submitted: 'this plan is there already, and its text can be read; its approvals and exclusions stay',
  unknown_plan: 'no plan of this hash was submitted, or 32 newer ones have replaced it',
  unknown_stage: 'the plan has no stage of this name',
  own_plan: 'the proposer of a plan does not approve it',
  no_approval: 'this user has given no such approval',
  no_policy: 'the proposals carry no policy hash yet, or more than one',
  not_approved: 'the stage has not got its approvals, or it is the last and they are older than `approvalDays`',
  already_running: 'this plan is running',
  other_plan: 'another plan runs than the one that the author of the command saw',
  other_epoch: 'someone has killed, rolled back or started since the author of the command looked: look again',
  other_state:
    'the rollout is in another state, or holds for another cause, than the author of the command saw: look again',
  unknown_symbol: 'no plan has any of these symbols',
  not_possible: 'the state of the rollout has no answer to this command',
};
