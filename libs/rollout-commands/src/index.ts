export * from './apply.js';
export * from './audit.js';
export * from './command.js';
export { approvalOf, deskAfter, EMPTY_DESK, encodeDesk, excludedOf, lastIdOf, markRead, parseDesk, type Approval, type Desk } from './desk.js'; // prettier-ignore
export * from './parse.js';
export * from './refusals.js';
