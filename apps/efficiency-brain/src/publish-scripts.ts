import { SCORE_ENTRY_FIELDS, SCORE_HASH_FIELDS } from '@quantum/decisions';
import { STATE_FIELDS } from '@quantum/efficiency-score';
import { defineRowScript, defineScript, FENCE_LUA, luaOf } from '@quantum/redis-io';
import PUBLISH_LUA from './lua/publish.lua';
import STATE_ROW_LUA from './lua/state-row.lua';
import WRITE_STATE_LUA from './lua/write-state.lua';

/** Values of the fields are sent, their names are in the script. */
const fieldsIn = (names: readonly string[], placeOf: (name: string) => string): string =>
  names.map((name) => `'${name}', ${placeOf(name)}`).join(', ');
const ofEntry = (name: string): string => `texts[${SCORE_ENTRY_FIELDS.indexOf(name) + 1}]`;

const WRITE_STATE = luaOf([WRITE_STATE_LUA], {
  PERIOD_PLACE: String(STATE_FIELDS.indexOf('period') + 1),
  STATE_FIELDS: fieldsIn(STATE_FIELDS, (name) => `texts[at + ${STATE_FIELDS.findIndex((each) => each === name) + 1}]`),
});

/** Publishes a batch: lua/publish.lua. */
export const PUBLISH = defineScript(
  luaOf([FENCE_LUA, WRITE_STATE, PUBLISH_LUA], {
    ENTRY_FIELDS: fieldsIn(SCORE_ENTRY_FIELDS, ofEntry),
    HASH_FIELDS: fieldsIn(SCORE_HASH_FIELDS, ofEntry),
  }),
);

/** Writes states in a Cluster: lua/state-row.lua. */
export const STATE_ROW = defineRowScript(WRITE_STATE + STATE_ROW_LUA, STATE_FIELDS.length + 1, 50);
