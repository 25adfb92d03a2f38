import type { Redis } from '@quantum/redis-io';
import { ROLLOUT_AUDIT_STREAM, ROLLOUT_STATE_KEY, rolloutCommandStream } from '@quantum/redis-schemas';
import { parseAudit, type AuditEntry, type CommandName } from '@quantum/rollout-commands';
import { initialState, parseRolloutState, type RolloutState } from '@quantum/rollout-plan';
import { waitFor } from '@quantum/testbed';

type Fields = Readonly<Record<string, string>>;

/** Gives a command as a user, without waiting. @returns the id of its entry */
export async function sendCommand(redis: Redis, user: string, command: CommandName, fields: Fields = {}): Promise<string> {
  return (await redis.xadd(rolloutCommandStream(user), '*', ...Object.entries({ command, ...fields }).flat())) ?? '';
} // prettier-ignore

/** Entries of the audit, the oldest first. */
export const auditOf = async (redis: Redis): Promise<{ id: string; fields: string[] }[]> =>
  (await redis.xrange(ROLLOUT_AUDIT_STREAM, '-', '+')).map(([id, fields]) => ({ id, fields }));

/** Gives a command as a user, and waits for its entry in the audit. @throws Error when none comes */
export async function giveCommand(redis: Redis, user: string, command: CommandName, fields: Fields = {}): Promise<Required<AuditEntry>> {
  const id = await sendCommand(redis, user, command, fields);
  return waitFor(
    async () => {
      const entries = (await auditOf(redis)).map((entry) => parseAudit(entry.fields));
      return entries.find((entry) => entry?.actor === user && entry.commandId === id);
    },
    { what: `the answer to ${command} of ${user}` },
  );
} // prettier-ignore

/** The state of the rollout in Redis; the initial state where the key is absent. @throws Error for anything else */
export async function readState(redis: Redis): Promise<RolloutState> {
  const text = await redis.hget(ROLLOUT_STATE_KEY, 'state');
  const state = text === null ? initialState(null) : parseRolloutState(text);
  if (!state) throw new Error(`no state of a rollout: ${String(text)}`);
  return state;
}
