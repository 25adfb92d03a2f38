export * from './apply.js';
export * from './audit.js';
export * from './command.js';
export {
  approvalOf,
  approvalsOf,
  deskAfter,
  EMPTY_DESK,
  encodeDesk,
  encodeUsers,
  excludedOf,
  isStageApproved,
  lastIdOf,
  markRead,
  parseDesk,
  parseUsers,
  type Approval,
  type Desk,
  type ListedUsers,
} from './desk.js';
export * from './parse.js';
export * from './refusals.js';
