import { defineRowScript, defineScript, FENCE_LUA, luaOf } from '@quantum/redis-io';
import { MULTIPLIER_HASH_TEXTS } from '@quantum/redis-schemas';
import APPEND_EVIDENCE_LUA from './lua/append-evidence.lua';
import IS_LATER_LUA from './lua/is-later.lua';
import MULTIPLIER_ROW_LUA from './lua/multiplier-row.lua';
import STORE_LUA from './lua/store.lua';
import WITHDRAW_ROW_LUA from './lua/withdraw-row.lua';

/** Multipliers that one call writes: about a millisecond of the server. */
const ROWS_PER_CALL = 50;

/** Writes state, epoch, evidence and audit entries: lua/store.lua. */
export const STORE = defineScript(luaOf([FENCE_LUA, STORE_LUA]));
/** Publishes multipliers: lua/multiplier-row.lua. */
export const MULTIPLIER_ROW = defineRowScript(IS_LATER_LUA + MULTIPLIER_ROW_LUA, MULTIPLIER_HASH_TEXTS, ROWS_PER_CALL);
/** Removes multipliers: lua/withdraw-row.lua. */
export const WITHDRAW_ROW = defineRowScript(IS_LATER_LUA + WITHDRAW_ROW_LUA, 0, ROWS_PER_CALL);
/** Adds entries of the evidence: lua/append-evidence.lua. */
export const APPEND_EVIDENCE = defineScript(luaOf([APPEND_EVIDENCE_LUA]));
