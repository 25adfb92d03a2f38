import { defineScript, luaOf } from '@quantum/redis-io';
import DISARM_LUA from './disarm.lua';

/** Sets the disarm latch of a day after a breach: disarm.lua. */
export const DISARM = defineScript(luaOf([DISARM_LUA]));
