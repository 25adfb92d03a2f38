import { defineScript, FENCE_LUA, luaOf } from '@quantum/redis-io';
import { PROPOSAL_HASH_LAYOUT, PROPOSAL_STREAM_LAYOUT, PROPOSAL_TEXTS } from '@quantum/redis-schemas';
import PUBLISH_LUA from './lua/publish.lua';
import SUMMARY from './lua/summary.lua';
import TRY from './lua/try.lua';
import UNGUARDED_CYCLE from './lua/unguarded-cycle.lua';
import WHOLE_CYCLE_LUA from './lua/whole-cycle.lua';

// All keys of a script share a slot: the tag of the lease keys is the proposal stream's.

const fieldsIn = (layout: typeof PROPOSAL_HASH_LAYOUT): string =>
  layout.map(([name, place]) => `'${name}', texts[at + ${place + 1}]`).join(', ');

/** Publishes a batch: lua/publish.lua. */
export const PUBLISH = defineScript(
  luaOf([FENCE_LUA, TRY, PUBLISH_LUA], {
    PROPOSAL_TEXTS: String(PROPOSAL_TEXTS),
    STREAM_FIELDS: fieldsIn(PROPOSAL_STREAM_LAYOUT),
    HASH_FIELDS: fieldsIn(PROPOSAL_HASH_LAYOUT),
  }),
);

/** The summary of a whole cycle by the shard's holder: lua/whole-cycle.lua. */
export const WHOLE_CYCLE = defineScript(luaOf([FENCE_LUA, TRY, WHOLE_CYCLE_LUA, SUMMARY]));

/** The same in a Cluster: lua/unguarded-cycle.lua. */
export const WHOLE_CYCLE_UNGUARDED = defineScript(luaOf([UNGUARDED_CYCLE, TRY, SUMMARY]));
