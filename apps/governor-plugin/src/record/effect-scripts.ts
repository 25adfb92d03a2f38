import { DISARM } from './disarm-script.js';
import { STAMP_LAST_EXEC } from './record-script.js';
import { RELEASE, SETTLE } from './settle-scripts.js';

/** Scripts that carry out the effects of a decision, to be loaded anew where the server has forgotten them. */
export const EFFECT_SCRIPTS = [RELEASE, SETTLE, STAMP_LAST_EXEC, DISARM];
