import { defineRowScript, luaOf } from '@quantum/redis-io';
import { RESERVING } from '../reserve/reserve-script.js';
import FOREIGN from './foreign.lua';
import GRANT_LUA from './grant.lua';
import GRANT_ROW from './grant-row.lua';
import SETTLE_IN_FLIGHT from './settle-in-flight.lua';
import STAMP from './stamp.lua';
import SWITCHES from './switches.lua';

/** Reserves for plans and records their permits with that: grant.lua says how. */
export const GRANT = defineRowScript(
  luaOf([GRANT_LUA, RESERVING, SWITCHES, STAMP, FOREIGN, SETTLE_IN_FLIGHT, GRANT_ROW]),
  9,
  20, // as long on the server as 25 rows of `RESERVE` and of `RECORD` together were
);
