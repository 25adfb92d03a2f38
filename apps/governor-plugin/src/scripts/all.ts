import { DISARM } from './disarm.js';
import { RECORD, STAMP_LAST_EXEC } from './record.js';
import { RELEASE, RESERVE } from './reserve.js';

/** Every script, to be loaded anew where the server has forgotten them. */
export const SCRIPTS = [RESERVE, RELEASE, RECORD, STAMP_LAST_EXEC, DISARM];
