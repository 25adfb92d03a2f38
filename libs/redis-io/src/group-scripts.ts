import ACCOUNT from './lua/account.lua';
import CLAIM_IDLE_LUA from './lua/claim-idle.lua';
import COUNT_DELIVERIES_LUA from './lua/count-deliveries.lua';
import COUNT_LOST_LUA from './lua/count-lost.lua';
import CREATE_GROUP_LUA from './lua/create-group.lua';
import NAMED from './lua/named.lua';
import REMEMBER from './lua/remember.lua';
import REMOVE_CONSUMERS_LUA from './lua/remove-consumers.lua';
import { defineScript, luaOf } from './script.js';

export const CREATE_GROUP = defineScript(luaOf([NAMED, CREATE_GROUP_LUA]));
export const COUNT_LOST = defineScript(luaOf([NAMED, REMEMBER, ACCOUNT, COUNT_LOST_LUA]));
export const CLAIM_IDLE = defineScript(luaOf([REMEMBER, CLAIM_IDLE_LUA]));
export const COUNT_DELIVERIES = defineScript(luaOf([COUNT_DELIVERIES_LUA]));
export const REMOVE_CONSUMERS = defineScript(luaOf([NAMED, REMOVE_CONSUMERS_LUA]));

export const GROUP_SCRIPTS = [CREATE_GROUP, COUNT_LOST, CLAIM_IDLE, COUNT_DELIVERIES, REMOVE_CONSUMERS];
