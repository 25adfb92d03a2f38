import { parseAudit } from '@quantum/rollout-commands';
import { readEnforced } from '@quantum/rollout-testbed';
import { ROLLOUT_AUDIT_STREAM } from '@quantum/redis-schemas';
import type { RolloutPlan } from '@quantum/rollout-plan';
import type { Redis } from '@quantum/redis-io';
import { tellEntry, tellMultipliers } from './tell.js';

/** Says a line: who, and what. */
export type Say = (who: string, what: string) => void;

/** Says what the audit has since the last look, and the multipliers that readers find, where they changed. */
export function watcher(redis: Redis, plan: RolloutPlan, symbols: readonly string[], say: Say): () => Promise<void> {
  let lastId = '-';
  let lastText = tellMultipliers(new Map());
  return async () => {
    for (const [id, fields] of await redis.xrange(ROLLOUT_AUDIT_STREAM, lastId, '+')) {
      lastId = `(${id}`;
      const entry = parseAudit(fields);
      if (!entry) continue;
      const { who, what } = tellEntry(entry, plan);
      say(who, what);
    }
    const text = tellMultipliers((await readEnforced(redis, symbols)).epoch);
    if (text === lastText) return;
    lastText = text;
    say('readers', text);
  };
}
