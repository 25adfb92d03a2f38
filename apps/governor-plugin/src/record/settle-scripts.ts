import { defineScript, luaOf } from '@quantum/redis-io';
import { WINDOW_TTL_SEC } from '@quantum/risk-gates';
import BROKEN from '../reserve/broken.lua';
import RELEASE_PLAN from '../reserve/release-plan.lua';
import RELEASE_LUA from './release.lua';
import SETTLE_LUA from './settle.lua';

/** Takes a plan out of its symbol's windows: release.lua. */
export const RELEASE = defineScript(luaOf([BROKEN, RELEASE_PLAN, RELEASE_LUA]));

/** Makes what is counted of a plan what its permit says: settle.lua. */
export const SETTLE = defineScript(luaOf([BROKEN, SETTLE_LUA], { WINDOW_TTL_SEC: String(WINDOW_TTL_SEC) }));
