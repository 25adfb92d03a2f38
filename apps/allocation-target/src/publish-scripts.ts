import { defineScript, luaOf } from '@quantum/redis-io';
import { PROPOSAL_HASH_LAYOUT, PROPOSAL_STREAM_LAYOUT, PROPOSAL_TEXTS } from '@quantum/redis-schemas';
import CLAIM_LUA from './lua/claim.lua';
import GUARD from './lua/guard.lua';
import PUBLISH_LUA from './lua/publish.lua';
import RELEASE_LUA from './lua/release.lua';
import SUMMARY from './lua/summary.lua';
import TRY from './lua/try.lua';
import UNGUARDED_CYCLE from './lua/unguarded-cycle.lua';
import WHOLE_CYCLE_LUA from './lua/whole-cycle.lua';

// All keys of a script share a slot: the tag of the lease keys is the proposal stream's.

/** Says which shards this process holds from now on: lua/claim.lua. */
export const CLAIM = defineScript(luaOf([CLAIM_LUA]));

/** Gives up leases, and leaves the members: lua/release.lua. */
export const RELEASE = defineScript(luaOf([RELEASE_LUA]));

const fieldsIn = (layout: typeof PROPOSAL_HASH_LAYOUT): string =>
  layout.map(([name, place]) => `'${name}', texts[at + ${place + 1}]`).join(', ');

/** Publishes a batch: lua/publish.lua. */
export const PUBLISH = defineScript(
  luaOf([GUARD, TRY, PUBLISH_LUA], {
    PROPOSAL_TEXTS: String(PROPOSAL_TEXTS),
    STREAM_FIELDS: fieldsIn(PROPOSAL_STREAM_LAYOUT),
    HASH_FIELDS: fieldsIn(PROPOSAL_HASH_LAYOUT),
  }),
);

/** The summary of a whole cycle by the shard's holder: lua/whole-cycle.lua. */
export const WHOLE_CYCLE = defineScript(luaOf([GUARD, TRY, WHOLE_CYCLE_LUA, SUMMARY]));

/** The same in a Cluster: lua/unguarded-cycle.lua. */
export const WHOLE_CYCLE_UNGUARDED = defineScript(luaOf([UNGUARDED_CYCLE, TRY, SUMMARY]));
